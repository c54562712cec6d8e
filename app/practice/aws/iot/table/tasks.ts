/** Thing registration tasks, and the endpoint: where each member travels and what it may be (service model iot/2015-05-28). */
import { needBody, needQuery, path, query, row } from '../shapes.ts';
import {
  anyText,
  endpointType,
  pageSize,
  registryS3BucketName,
  registryS3KeyName,
  reportType,
  roleArn,
  status,
  taskId,
  templateBody,
} from '../types.ts';

export const taskTable = {
  StartThingRegistrationTask: row(
    'POST /thing-registration-tasks',
    {
      templateBody: needBody(templateBody),
      inputFileBucket: needBody(registryS3BucketName),
      inputFileKey: needBody(registryS3KeyName),
      roleArn: needBody(roleArn),
    },
    { passes: 'roleArn', partly: 'PackageVersions' },
  ),
  DescribeThingRegistrationTask: row('GET /thing-registration-tasks/{taskId}', { taskId: path(taskId) }),
  ListThingRegistrationTasks: row('GET /thing-registration-tasks', {
    nextToken: query(anyText),
    maxResults: query(pageSize),
    status: query(status),
  }),
  ListThingRegistrationTaskReports: row('GET /thing-registration-tasks/{taskId}/reports', {
    taskId: path(taskId),
    reportType: needQuery(reportType),
    nextToken: query(anyText),
    maxResults: query(pageSize),
  }),
  StopThingRegistrationTask: row('PUT /thing-registration-tasks/{taskId}/cancel', { taskId: path(taskId) }),
  DescribeEndpoint: row('GET /endpoint', { endpointType: query(endpointType) }),
};
