import type { ReactNode } from 'react';
import type { ActPicture } from './actpictures.ts';

const star = 'M0-13 3.8-4.6 13-3.8 6 2.4 8.2 11.6 0 6.8-8.2 11.6-6 2.4-13-3.8-3.8-4.6Z';

/** A unit with its lamp and its label, 40 by 30, at this place. */
const unit = (x: number, y: number) => (
  <g transform={`translate(${x} ${y})`}>
    <rect className="pic-body" width="40" height="30" rx="5" />
    <path d="M9 20h14M9 13h6" />
    <circle className="pic-full" cx="31" cy="9.5" r="2.6" />
  </g>
);

const socket = <path d="M44 31h7v12h-7" />;
const plug = (
  <>
    <path d="M66 33h-6M66 41h-6" />
    <rect className="pic-body" x="66" y="29" width="14" height="16" rx="3" />
    <path d="M80 37c12 0 11 15 3 19s-9 8-9 13" />
  </>
);

/** Line drawings that can be read from three metres: few strokes, the colour of the words beside them, one act each. */
const drawings: Record<ActPicture, ReactNode> = {
  cable: (
    <>
      {unit(4, 22)}
      {socket}
      {plug}
      <path d="M78 13H54m8-8-8 8 8 8" />
    </>
  ),
  unplug: (
    <>
      {unit(4, 22)}
      {socket}
      {plug}
      <path d="M54 13h24m-8-8 8 8-8 8" />
    </>
  ),
  again: (
    <>
      <g transform="translate(6.5 5.5) scale(.86)">{unit(28, 22)}</g>
      <path d="M76.2 48.3A30 30 0 1 1 77 30.2" />
      <path d="m65 26 12 4.2 4.5-12" />
    </>
  ),
  reset: (
    <>
      {unit(4, 22)}
      <circle className="pic-body" cx="72" cy="37" r="19" />
      <path d="M72 25v13M63.5 30a11 11 0 1 0 17 0" />
    </>
  ),
  swap: (
    <>
      <rect className="pic-body" x="8" y="12" width="18" height="16" rx="3" />
      <path d="M8 16H2M8 24H2M26 20c14 0 8 12 18 12" />
      <rect className="pic-body" x="70" y="44" width="18" height="16" rx="3" />
      <path d="M88 48h6M88 56h6M70 52c-14 0-8-12-18-12" />
      <path d="M58 16a22 22 0 0 1 20 16m0-11v11H67M38 58a22 22 0 0 1-20-16m0 11V42h11" />
    </>
  ),
  scanner: (
    <>
      <rect className="pic-body" x="3" y="22" width="36" height="28" rx="3" />
      <path d="M11 29v14M17 29v14M23 29v14M31 29v14" />
      <path className="pic-body" d="M62 14h25a5 5 0 0 1 5 5v9a5 5 0 0 1-5 5H62l-7-4V18z" />
      <path className="pic-body" d="m69 33 5 32h13l-4-32" />
      <path className="pic-beam" d="m51 19-8-4M50 24h-6M51 29l-8 4" />
    </>
  ),
  golden: (
    <>
      {unit(8, 34)}
      <path className="pic-gold" transform="translate(28 18) scale(1.15)" d={star} />
      <path className="pic-body" d="M68 20h19a5 5 0 0 1 5 5v7a5 5 0 0 1-5 5H68l-6-4V24z" />
      <path className="pic-body" d="m73 37 4 28h11l-3-28" />
      <path className="pic-beam" d="m58 36-4 4M57 30h-6" />
    </>
  ),
  bin: (
    <>
      <g transform="rotate(-14 48 20) translate(32 8) scale(.8)">{unit(0, 0)}</g>
      <path className="pic-red" d="M23 44h50l-5 25H28z" />
      <path d="M17 44h62" />
      <path className="pic-inside" d="M41 52l1.5 10M55 52l-1.5 10" />
    </>
  ),
  lock: (
    <>
      <rect className="pic-body" x="10" y="32" width="40" height="34" rx="5" />
      <path d="M18 32V22a12 12 0 0 1 24 0v10" />
      <path d="M30 46v8" />
      <circle cx="75" cy="22" r="11" />
      <path d="M75 33v34m0-3h10m-10-11h7" />
    </>
  ),
  engineer: (
    <>
      <path className="pic-body" d="M8 68c0-26 54-26 54 0" />
      <circle className="pic-body" cx="35" cy="30" r="13" />
      <path className="pic-full" d="M19 24a16 16 0 0 1 32 0z" />
      <path d="M14 24h42" />
      <path d="M72 68V40m0 0a11 11 0 0 1-6-19v10h12V21a11 11 0 0 1-6 19Z" />
    </>
  ),
  token: (
    <>
      <rect className="pic-body" x="4" y="24" width="46" height="28" rx="6" />
      <circle cx="19" cy="38" r="6" />
      <path d="M25 38h15v6m-6-6v4" />
      <path d="M50 30h14v16H50" />
      <path d="M82 14v48M92 14v48" />
      <path d="M58 12h16m-7-7 7 7-7 7" />
    </>
  ),
  wait: (
    <>
      {unit(4, 22)}
      <circle className="pic-body" cx="70" cy="37" r="20" />
      <path d="M70 25v12l8 7" />
    </>
  ),
  badge: (
    <>
      <rect className="pic-body" x="14" y="12" width="68" height="54" rx="6" />
      <path d="M40 12V4h16v8" />
      <circle cx="36" cy="34" r="8" />
      <path d="M22 57c2-14 26-14 28 0" />
      <path d="M60 32h12M60 44h12" />
    </>
  ),
  order: (
    <>
      <rect className="pic-body" x="22" y="10" width="52" height="58" rx="5" />
      <path className="pic-body" d="M37 5h22v11H37z" />
      <path d="m31 30 4 4 6-8M31 50l4 4 6-8M50 32h14M50 52h14" />
    </>
  ),
};

/** The drawing always stands beside its sentence, so screen readers skip it. */
export function ActDrawing({ picture, className = '' }: { picture: ActPicture; className?: string }) {
  return (
    <svg className={`picture ${className}`} data-picture={picture} viewBox="0 0 96 72" aria-hidden="true">
      {drawings[picture]}
    </svg>
  );
}
