/** Tags: where each member travels and what it may be (service model iot/2015-05-28). */
import { needBody, needQuery, query, row } from '../shapes.ts';
import { anyText, tagKeyList, tagList } from '../types.ts';

export const tagTable = {
  TagResource: row(
    'POST /tags',
    { resourceArn: needBody(anyText), tags: needBody(tagList) },
    { resource: '{resourceArn}' },
  ),
  UntagResource: row(
    'POST /untag',
    { resourceArn: needBody(anyText), tagKeys: needBody(tagKeyList) },
    { resource: '{resourceArn}' },
  ),
  ListTagsForResource: row(
    'GET /tags',
    { resourceArn: needQuery(anyText), nextToken: query(anyText) },
    { resource: '{resourceArn}' },
  ),
};
