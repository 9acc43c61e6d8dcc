import assert from 'node:assert/strict';
import { environmentText } from '../../../lib/settings/environment';
import { text } from '../../../lib/settings/fields';

describe('environmentText', () => {
  const region = environmentText(text({ default: 'eu-west-1' }));

  it('takes the value as it is', () => assert.equal(region.parse('us-east-1'), 'us-east-1'));

  for (const unset of ['${AWS_REGION}', '', '  ']) {
    it(`takes its default for "${unset}"`, () => assert.equal(region.parse(unset), 'eu-west-1'));
  }

  it('leaves text alone that only holds a variable', () => {
    assert.equal(region.parse('region-${NAME}'), 'region-${NAME}');
  });

  it('refuses what is no text', () => {
    assert.throws(() => region.parse(5), /must be text, got 5/);
  });

  it('refuses an unset variable where a value is required', () => {
    assert.throws(() => environmentText(text({ required: true })).parse('${STREAM}'), /is required/);
  });
});
