/** The mark: one line that many calls run into. Branding replaces it together with the accent. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M7 9.5h18M16 9.5v13"
        fill="none"
        strokeWidth="3.2"
        strokeLinecap="round"
        className="stroke-on-accent"
      />
      <circle cx="16" cy="23" r="3.4" className="fill-on-accent" />
    </svg>
  );
}
