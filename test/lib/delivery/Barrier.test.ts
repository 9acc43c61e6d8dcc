import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Barrier } from '../../../lib/delivery/Barrier';

describe('barrier', () => {
  it('lets everything in while it is down', () => {
    const barrier = new Barrier(new Set(['window']));
    assert.deepEqual([barrier.isUp, barrier.stops('window', barrier.sending)], [false, false]);
  });

  it('stops what was sent after it was raised, at nodes that remember only', () => {
    const barrier = new Barrier(new Set(['window']));
    const before = barrier.sending;
    barrier.raise();
    const after = barrier.sending;
    assert.equal(barrier.isUp, true);
    assert.deepEqual([barrier.stops('window', before), barrier.stops('function', after)], [false, false]);
    assert.equal(barrier.stops('window', after), true);
    barrier.lower();
    assert.deepEqual([barrier.isUp, barrier.stops('window', after)], [false, false]);
  });

  it('changes nothing when it is raised while it is up', () => {
    const barrier = new Barrier(new Set(['window']));
    barrier.raise();
    const { sending } = barrier;
    barrier.raise();
    assert.equal(barrier.sending, sending);
    barrier.lower();
    assert.equal(barrier.present, sending);
  });

  it('lets in what waits in the order in which it came, and what comes of it meanwhile behind it', () => {
    const barrier = new Barrier(new Set(['first', 'second']));
    const entered: string[] = [];
    const arrive = (node: string, what: string, epoch: number) => {
      const enter = () => {
        entered.push(`${what} ${node}`);
        // Delivered within the same turn, as Node-RED may be set to do.
        if (node === 'first') arrive('second', what, epoch);
      };
      if (barrier.stops(node, epoch)) barrier.hold(enter);
      else enter();
    };
    barrier.raise();
    const epoch = barrier.sending;
    arrive('first', 'a', epoch);
    arrive('second', 'b', epoch);
    assert.deepEqual(entered, []);
    barrier.lower();
    assert.deepEqual(entered, ['a first', 'b second', 'a second']);
  });

  it('keeps epochs apart and the order of arrivals within each, for any course of events', () => {
    const event = fc.oneof(fc.constant('send'), fc.constant('arrive'), fc.constant('checkpoint'));
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat())), (events) => {
        const barrier = new Barrier(new Set(['node']));
        let onTheWay: { readonly epoch: number }[] = [];
        const arrived: object[] = [];
        const entered: { readonly epoch: number }[] = [];
        const take = (which: number) => {
          const [message] = onTheWay.splice(which, 1);
          arrived.push(message!);
          const enter = () => {
            assert.equal(message!.epoch, barrier.present);
            entered.push(message!);
          };
          if (barrier.stops('node', message!.epoch)) barrier.hold(enter);
          else enter();
        };
        const checkpoint = () => {
          barrier.raise();
          for (let which = onTheWay.length; which-- > 0;) {
            if (onTheWay[which]!.epoch === barrier.present) take(which);
          }
          barrier.lower();
        };
        for (const [what, number] of events) {
          if (what === 'send') onTheWay = [...onTheWay, { epoch: barrier.sending }];
          else if (what === 'checkpoint' && barrier.isUp) checkpoint();
          else if (what === 'checkpoint') barrier.raise();
          else if (onTheWay.length > 0) take(number % onTheWay.length);
        }
        checkpoint();
        checkpoint();
        const inOrder = entered.toSorted(
          (a, b) => a.epoch - b.epoch || arrived.indexOf(a) - arrived.indexOf(b),
        );
        assert.deepEqual(entered, inOrder);
        assert.equal(entered.length, arrived.length);
      }),
    );
  });
});
