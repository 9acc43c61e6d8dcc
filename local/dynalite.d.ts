declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** how long a table stays CREATING, DELETING and UPDATING, in milliseconds */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  function dynalite(options?: Options): Server;
  export = dynalite;
}
