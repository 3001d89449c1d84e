// What this browser keeps for itself: keys that sign, and acts that wait to be sent. Nothing of it is ever sent as it lies here.

const kName = 'truce';
const kVersion = 1;
export type Shelf = 'keys' | 'acts';

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const ask = indexedDB.open(kName, kVersion);
    ask.onupgradeneeded = () => { for (const shelf of ['keys', 'acts']) ask.result.createObjectStore(shelf, { keyPath: 'id' }); };
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => { opened = null; failed(ask.error); };
    ask.onblocked = () => { opened = null; failed(new Error('blocked')); };
  });
  return opened;
}

async function run<T>(shelf: Shelf, mode: IDBTransactionMode, what: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((done, failed) => {
    const t = db.transaction(shelf, mode, { durability: 'strict' });
    const ask = what(t.objectStore(shelf));
    t.oncomplete = () => done(ask.result);
    t.onabort = () => failed(t.error);
    t.onerror = () => failed(t.error);
  });
}

/** Each thing has an `id`; a promise that resolves means that it is on the disk. Errors: those of IndexedDB, as where storage is forbidden. */
export const keep = (shelf: Shelf, thing: { id: string }): Promise<unknown> => run(shelf, 'readwrite', (s) => s.put(thing));
export const fetchOne = <T>(shelf: Shelf, id: string): Promise<T | undefined> => run(shelf, 'readonly', (s) => s.get(id));
export const fetchAll = <T>(shelf: Shelf): Promise<T[]> => run(shelf, 'readonly', (s) => s.getAll());
export const drop = (shelf: Shelf, id: string): Promise<unknown> => run(shelf, 'readwrite', (s) => s.delete(id));
