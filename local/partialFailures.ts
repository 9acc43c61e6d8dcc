/**
 * Batch calls of which a part fails: the request keeps only the entries that shall succeed, and the failures are put
 * into the service's answer where they belong.
 */
import type { PublishEntry, PutEntry } from './faults';

export interface Partial {
  /** what to ask of the service; undefined when every entry fails */
  readonly request: string | undefined;
  /** @param answer the service's answer to `request`; undefined when it was not asked */
  merge(answer: string | undefined): string;
}

interface PutRecordsRequest {
  readonly Records: readonly { readonly PartitionKey: string; readonly Data: string }[];
}

interface PutRecordsAnswer {
  readonly Records: readonly object[];
}

/** PutRecords answers by position, with status 200 even when nothing was stored. */
export function partialPutRecords(body: string, codeFor: (entry: PutEntry) => string | undefined): Partial {
  const request = JSON.parse(body) as PutRecordsRequest;
  const codes = request.Records.map(({ PartitionKey, Data }, index) =>
    codeFor({ index, partitionKey: PartitionKey, data: Buffer.from(Data, 'base64') }),
  );
  const kept = request.Records.filter((_, index) => codes[index] === undefined);
  return {
    request: kept.length === 0 ? undefined : JSON.stringify({ ...request, Records: kept }),
    merge(answer) {
      const stored = answer === undefined ? [] : [...(JSON.parse(answer) as PutRecordsAnswer).Records];
      const records = codes.map((code) =>
        code === undefined ? stored.shift() : { ErrorCode: code, ErrorMessage: 'Fault on command' },
      );
      return JSON.stringify({
        FailedRecordCount: codes.filter((code) => code !== undefined).length,
        Records: records,
      });
    },
  };
}

const member = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/;

/** PublishBatch answers by entry id. Entries are numbered from 1 and may not have gaps. */
export function partialPublishBatch(
  body: string,
  codeFor: (entry: PublishEntry) => string | undefined,
): Partial {
  const common = new URLSearchParams();
  const entries: [string, string][][] = [];
  for (const [name, value] of new URLSearchParams(body)) {
    const [, number, property = ''] = member.exec(name) ?? [];
    if (number === undefined) common.append(name, value);
    else (entries[Number(number) - 1] ??= []).push([property, value]);
  }
  const failed: { id: string; code: string }[] = [];
  let kept = 0;
  entries.forEach((properties, index) => {
    const { Id: id = '', Message: message = '' } = Object.fromEntries(properties);
    const code = codeFor({ index, id, message });
    if (code !== undefined) {
      failed.push({ id, code });
      return;
    }
    kept++;
    for (const [property, value] of properties) {
      common.append(`PublishBatchRequestEntries.member.${kept}.${property}`, value);
    }
  });
  const failures = failed
    .map(
      ({ id, code }) =>
        `<member><Id>${id}</Id><Code>${code}</Code><Message>Fault on command</Message><SenderFault>false</SenderFault></member>`,
    )
    .join('');
  return {
    request: kept === 0 ? undefined : common.toString(),
    merge: (answer = nothingPublished) =>
      answer.replace(/<Failed\s*\/>|<Failed>/, (open) =>
        open.endsWith('/>') ? `<Failed>${failures}</Failed>` : `<Failed>${failures}`,
      ),
  };
}

const nothingPublished =
  '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful/><Failed/></PublishBatchResult><ResponseMetadata><RequestId>fault</RequestId></ResponseMetadata></PublishBatchResponse>';
