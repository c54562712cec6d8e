/** The services of the practice AWS, by their names in signatures and in IAM. */
export type Service = 'iot' | 's3' | 'kms' | 'sts' | 'iam';
