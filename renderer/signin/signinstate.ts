import { sharedValue } from '../sharedvalue.ts';

/** Whether the sign-in dialog is open, and with which badge. */
export const signInState = sharedValue({ open: false, badge: '' });

export const openSignIn = (badge = '') => signInState.set({ open: true, badge });
export const closeSignIn = () => signInState.set({ open: false, badge: '' });
