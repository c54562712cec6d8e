/** The mark on a part: one spot, off centre, that no other part has. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="1.5" y="1.5" width="29" height="29" rx="8" fill="none" stroke="currentColor" strokeWidth="3" />
      <path
        d="M20.6 9.1c2.6.5 4 2.6 3.6 5-.3 2-1.4 2.4-1.6 4.300-.3 2.700-2.300 4.600-4.900 4.300-2.300-.3-3-1.900-4.900-2.600-2.500-.9-3.600-2.700-3-4.900.6-2 2.300-2.200 3.700-3.600 1.800-1.900 3.900-3.100 7.100-2.500Z"
        fill="var(--accent)"
      />
    </svg>
  );
}
