import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import { configIdOf } from '../../../lib/delivery/identity';
import { Feedback } from '../../../lib/detection/feedback/Feedback';
import { parseFeedback } from '../../../lib/detection/feedback/feedbackCommand';
import { offerFeedback } from '../../../lib/node-red/feedbackRoute';
import { Bench, useNodeRed } from '../../helpers/nodeRed';

const incident = { id: 'one', key: 'web-1', direction: 'HIGH', size: 4, time: 1_700_000_000_000 } as const;
/** An incident in an answer, as far as these tests look at it. */
interface Listed {
  readonly id: string;
  readonly relevant?: boolean;
}

const url = '/streamcut/feedback/node';

describe('the route for feedback', () => {
  let feedback: Feedback;
  let asked: string[];
  useNodeRed();

  /** A subflow that is used twice, whose node has incidents of its own in each instance, and one that both know. */
  async function deploySubflow(): Promise<Feedback[]> {
    await helper.unload();
    const instances = ['first', 'second'].map((id, index) => {
      const own = new Feedback('UTC');
      own.tell({ ...incident, id, time: incident.time + index });
      own.tell({ ...incident, id: 'both', time: incident.time - 1 });
      return own;
    });
    const left = [...instances];
    await Bench.deploy(
      marked((node) => (configIdOf(node) === 'inside' ? left.shift()! : feedback)),
      { type: 'marked' },
      {
        extra: [
          { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [] },
          { id: 'inside', z: 'sub', type: 'marked', x: 1, y: 1, wires: [] },
          { id: 'one', z: 'flow', type: 'subflow:sub', x: 1, y: 1, wires: [] },
          { id: 'two', z: 'flow', type: 'subflow:sub', x: 1, y: 2, wires: [] },
        ],
      },
    );
    return instances;
  }

  /** @param feedbackOf gives each node that is created what it knows */
  const marked = (feedbackOf: (node: Node) => Feedback): NodeInitializer =>
    ((RED: NodeAPI) => {
      RED.auth.needsPermission = (permission) => (_request, _response, next) => {
        asked.push(permission);
        (next as () => void)();
      };
      RED.nodes.registerType('marked', function (this, config) {
        RED.nodes.createNode(this, config);
        const own = feedbackOf(this);
        offerFeedback(RED, this, () => own.list());
        this.on('input', (msg, _send, done) => {
          own.obey(parseFeedback((msg as { feedback?: unknown }).feedback));
          done();
        });
      });
    }) as NodeInitializer;

  beforeEach(async () => {
    feedback = new Feedback('UTC');
    feedback.tell(incident);
    asked = [];
    await Bench.deploy(
      marked(() => feedback),
      { type: 'marked' },
    );
  });

  it('lists the incidents of a node to those who may read', async () => {
    const answer = await helper.request().get(url).expect(200);
    assert.deepEqual(answer.body, [incident]);
    assert.deepEqual(asked, ['streamcut.read']);
  });

  it('hands what somebody who may write says to the node, and takes it back', async () => {
    const listed = async () => ((await helper.request().get(url)).body as Listed[])[0]!.relevant;
    await helper.request().post(url).send({ incident: 'one', relevant: false }).expect(204);
    assert.equal(await listed(), false);
    assert.equal(feedback.factorFor(incident), 0.8);
    await helper.request().post(url).send({ incident: 'one', undo: true }).expect(204);
    assert.equal(await listed(), undefined);
    assert.equal(feedback.factorFor(incident), 1);
    assert.ok(asked.includes('streamcut.write'));
  });

  it('knows no other nodes and incidents', async () => {
    assert.equal((await helper.request().get('/streamcut/feedback/other').expect(200)).body, null);
    await helper
      .request()
      .post('/streamcut/feedback/other')
      .send({ incident: 'one', relevant: true })
      .expect(404);
    await helper.request().post(url).send({ incident: 'two', relevant: true }).expect(404);
    await helper.request().post(url).send({ key: 'web-1', relevant: true }).expect(404);
  });

  it('says what is wrong with a command', async () => {
    const answer = await helper.request().post(url).send({ incident: 'one' }).expect(400);
    assert.match((answer.body as Error).message, /^feedback\.relevant must be true or false/);
  });

  it('takes no forms, which other sites could send', async () => {
    await helper.request().post(url).type('form').send({ incident: 'one', undo: 'true' }).expect(415);
    assert.equal(feedback.factorFor(incident), 1);
  });

  it('lists the incidents of all instances of a subflow by the node that the editor knows, each once', async () => {
    await deploySubflow();
    const answer = await helper.request().get('/streamcut/feedback/inside').expect(200);
    assert.deepEqual(
      (answer.body as Listed[]).map(({ id }) => id),
      ['second', 'first', 'both'],
    );
  });

  it('hands what is said to the instance that has the incident', async () => {
    const instances = await deploySubflow();
    const say = (id: string) =>
      helper.request().post('/streamcut/feedback/inside').send({ incident: id, relevant: true });
    await say('second').expect(204);
    await say('third').expect(404);
    const relevant = instances.map((each) =>
      each
        .list()
        .filter((one) => one.relevant)
        .map(({ id }) => id),
    );
    assert.deepEqual(relevant, [[], ['second']]);
  });

  it('knows a node no longer that was closed', async () => {
    await helper.clearFlows();
    assert.equal((await helper.request().get(url).expect(200)).body, null);
  });
});
