import { sharedValue } from '../sharedvalue.ts';

type SignInState = {
  open: boolean;
  badge: string;
  /** The act that a person began before the sign-in. It is done afterwards, and dropped when the dialog is closed. */
  then?: (() => void) | undefined;
};

const closed: SignInState = { open: false, badge: '' };

/** Whether the sign-in dialog is open, and with which badge. */
export const signInState = sharedValue<SignInState>(closed);

/** A badge that is scanned into the open dialog keeps the act that waits. */
export const openSignIn = (badge = '', then = signInState.get().then) => signInState.set({ open: true, badge, then });
export const closeSignIn = () => signInState.set(closed);

/** Closes the dialog of a person who has signed in, and does the act that waited. */
export function endSignIn(): void {
  const { then } = signInState.get();
  closeSignIn();
  then?.();
}
