declare module 'kinesalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** how long a stream stays CREATING, DELETING and UPDATING, in milliseconds */
    createStreamMs?: number;
    deleteStreamMs?: number;
    updateStreamMs?: number;
    shardLimit?: number;
  }

  function kinesalite(options?: Options): Server;
  export = kinesalite;
}
