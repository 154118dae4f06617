import { MongoServerError, type Db, type Document, type IndexDescription } from 'mongodb';

/** A collection as a migration creates it. `schema` (`$jsonSchema`) holds what every writer, of any release, must keep to. */
export interface CollectionPlan {
  name: string;
  schema: Document;
  indexes: IndexDescription[];
}

const NAMESPACE_EXISTS = 48;

/** Creates a collection, or has one that is there keep to the plan. */
export async function createCollection(db: Db, { name, schema, indexes }: CollectionPlan): Promise<void> {
  const validator = { $jsonSchema: schema };
  try {
    await db.createCollection(name, { validator });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
    await db.command({ collMod: name, validator });
  }
  if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
}
