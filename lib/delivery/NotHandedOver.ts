/**
 * A node was closed before it could hand something to the outside world. The message is neither done nor has it failed: it
 * is to come again, from where it can be read again.
 */
export class NotHandedOver extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotHandedOver';
  }
}
