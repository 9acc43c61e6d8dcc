// Loaded into the process of a server that listens on every interface and offers no setting for it. Whatever listens
// does so on loopback, tells the parent its port, and ends with the parent.
import net from 'node:net';

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (port, ...rest) {
  const callback = rest.find((argument) => typeof argument === 'function');
  this.once('listening', () => process.send?.({ port: this.address().port }));
  return listen.call(this, port, '127.0.0.1', callback);
};

process.on('disconnect', () => process.exit());
