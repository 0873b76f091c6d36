import { createContext, useContext } from 'react';

/** Whether the viewer has something of their own to see: only who is signed in may ask for that. */
export const SeesOwnContext = createContext(false);

/** Whether own labels are to be asked for. */
export const useSeesOwn = (): boolean => useContext(SeesOwnContext);
