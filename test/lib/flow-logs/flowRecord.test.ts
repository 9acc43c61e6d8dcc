import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultFields, fieldNames, largestValue, propertyName } from '../../../lib/flow-logs/fields';
import { columnsOf, flowRecord, flowRecordOf, type FlowRecord } from '../../../lib/flow-logs/flowRecord';
import { formatField, headerFields, splitFormat } from '../../../lib/flow-logs/format';

const versions = Object.keys(fieldNames).map(Number) as (keyof typeof fieldNames)[];
const upTo = (version: number) =>
  versions.filter((one) => one <= version).flatMap((one) => fieldNames[one].split(' '));

const text = fc.stringMatching(/^[A-Za-z0-9:./_]{1,20}$/);
/** A value of a field as a record holds it; undefined for one that the log had no value for. */
const valueOf = (property: string): fc.Arbitrary<string | number | undefined> => {
  const largest = largestValue(property);
  const value: fc.Arbitrary<string | number> = largest === undefined ? text : fc.nat({ max: largest });
  return fc.option(value, { nil: undefined });
};

const line = (record: FlowRecord, properties: readonly string[]) =>
  properties.map((property) => String(record[property] ?? '-')).join(' ');

describe('flow log lines', () => {
  for (const version of versions) {
    it(`gives back any record of version ${version}, in any order of its fields`, () => {
      const properties = upTo(version).map(propertyName);
      const anyOrder = fc.shuffledSubarray(properties, { minLength: 1 });
      const example = anyOrder.chain((order) =>
        fc.tuple(
          fc.constant(order),
          fc.record(Object.fromEntries(order.map((property) => [property, valueOf(property)]))),
        ),
      );
      fc.assert(
        fc.property(example, ([order, values]) => {
          const expected = Object.fromEntries(
            Object.entries(values).filter(([, value]) => value !== undefined),
          );
          fc.pre(Object.keys(expected).length > 0);
          const columns = columnsOf(line(values as FlowRecord, order));
          assert.deepEqual(flowRecord(columns, order), expected);
          assert.deepEqual(
            flowRecordOf(Object.fromEntries(order.map((property, at) => [property, columns[at]]))),
            expected,
          );
        }),
        { numRuns: 50 },
      );
    });
  }

  it('keeps account ids as text and unknown fields too', () => {
    const record = flowRecord(['001234567890', '7', '5'], ['account_id', 'bytes', 'field_of_version_12']);
    assert.deepEqual(record, { account_id: '001234567890', bytes: 7, field_of_version_12: '5' });
  });

  const wrong: [string, string, RegExp][] = [
    ['bytes', 'many', /^bytes must be a whole number from 0 to 9007199254740991, got "many"/],
    ['bytes', '9007199254740993', /^bytes must be/],
    ['packets', '-1', /^packets must be/],
    ['start', '1e9', /^start must be/],
    ['end', '99999999999999', /^end must be/],
    ['srcport', '65536', /^srcport must be a whole number from 0 to 65535/],
    ['protocol', '0x6', /^protocol must be/],
    ['tcp-flags', '2.5', /^tcp_flags must be/],
  ];
  for (const [field, value, expected] of wrong) {
    it(`refuses ${value} as ${field}, by name`, () => {
      assert.throws(() => flowRecord(['eni-1', value], ['interface_id', propertyName(field)]), {
        message: expected,
      });
    });
  }

  it('refuses a line with a column too few, and says how many there are', () => {
    assert.throws(() => flowRecord(['2', '3'], defaultFields), { message: /must be 14 columns .*, not 2/ });
  });

  it('refuses an empty line, one without any value, and one longer than lines get', () => {
    assert.throws(() => columnsOf(' \t '), { message: /a flow log line/ });
    assert.throws(() => flowRecord(['-', '-'], ['srcaddr', 'dstaddr']), { message: /with a value/ });
    assert.throws(() => columnsOf('a '.repeat(1_000_000)), { message: /at most 65536 characters/ });
  });
});

describe('the format of a flow log', () => {
  it('is a list of names, with - or _, or the string that AWS shows', () => {
    const expected = ['version', 'account_id', 'bytes'];
    assert.deepEqual(formatField.parse(['version', 'account-id', 'bytes']), expected);
    assert.deepEqual(formatField.parse('version, account_id\nbytes'), expected);
    assert.deepEqual(formatField.parse('${version} ${account-id} ${bytes}'), expected);
    assert.deepEqual(formatField.parse(['${version}', '${account-id}', '${bytes}']), expected);
    assert.deepEqual(splitFormat('${version}${account-id}'), ['version', 'account-id']);
  });

  it('is the default one when nothing is set', () => {
    assert.deepEqual(formatField.parse(formatField.default), defaultFields.map(propertyName));
    assert.deepEqual(formatField.parse([]), defaultFields.map(propertyName));
    assert.equal(defaultFields.length, 14);
  });

  for (const raw of [
    ['a b'],
    ['__proto__'],
    [''],
    [5],
    {},
    ['bytes', 'bytes'],
    ['log-status', 'log_status'],
  ]) {
    it(`refuses ${JSON.stringify(raw)}`, () => {
      assert.throws(() => formatField.parse(raw), { name: 'SettingError' });
    });
  }

  it('is read from a header line, also with fields that are not known yet', () => {
    const header = ['version', 'interface-id', 'brand-new', 'bytes'];
    assert.deepEqual(headerFields(header), ['version', 'interface_id', 'brand_new', 'bytes']);
    for (const version of versions) {
      assert.deepEqual(headerFields(upTo(version)), upTo(version).map(propertyName));
    }
  });

  it('is not read from data, prose or a line that names a field twice', () => {
    for (const data of ['2 eni-1 10', 'eni-1 us-east-1 ACCEPT', 'all your type are belong', 'bytes bytes']) {
      assert.equal(headerFields(data.split(' ')), undefined);
    }
  });
});
