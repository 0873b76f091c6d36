/**
 * An advisory lock of PostgreSQL: whoever changes keys shares it, whoever fills the index from the database has it
 * alone, so that nothing old gets into the index.
 */
export const API_KEY_LOCK = 7_120_715;
