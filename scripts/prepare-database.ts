import { migrate } from '@spyhop/prisma/migrate';

/** Brings a database to what the code expects. Resolves to the names of the migrations it applied. */
export const prepareDatabase = (databaseUrl: string): Promise<string[]> => migrate(databaseUrl);
