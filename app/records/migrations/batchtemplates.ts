/** The version of a kept template that a batch uses. */

export const batchTemplates = `
-- {name, version, hash}. Null: the station's own template.
ALTER TABLE batches ADD COLUMN template TEXT CHECK (template IS NULL OR json_type(template) = 'object');
`;
