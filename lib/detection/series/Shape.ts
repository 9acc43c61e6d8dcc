/**
 * How the values of a series lie, as far as the series has shown it:
 *
 * | shape    |                                                                                       |
 * | -------- | ------------------------------------------------------------------------------------- |
 * | `plain`  | what differs by as much is as different, be it large or small                         |
 * | `skewed` | never negative, most of it small and some very large, as bytes are: ratios say more   |
 * | `sparse` | mostly 0, as errors are: how often something comes, and how large it is, are two things |
 */
export type Shape = 'plain' | 'skewed' | 'sparse';
