import { MinutesSetting } from '../controls/minutessetting.tsx';

const choices = [2, 5, 10, 15, 30, 60, 0];

/** Sets after how long an idle person is signed out. */
export const IdleSetting = ({ minutes }: { minutes: number }) => (
  <MinutesSetting
    words="session.idleSetting"
    choices={choices}
    minutes={minutes}
    paramsOf={(idleMinutes) => ({ session: { idleMinutes } })}
  />
);
