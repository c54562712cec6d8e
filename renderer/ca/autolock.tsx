import { MinutesSetting } from '../controls/minutessetting.tsx';

const choices = [15, 30, 60, 120, 480, 0];

/** The time after which unused keys are locked. */
export const AutoLock = (props: { minutes: number; onSaved: () => void }) => (
  <MinutesSetting
    words="ca.autoLock"
    choices={choices}
    paramsOf={(autoLockMinutes) => ({ ca: { autoLockMinutes } })}
    {...props}
  />
);
