import { linkify } from "@/lib/linkify";

/** A text as it was written, with web addresses to click. */
export function BubbleText({ text }: { text: string }) {
  return linkify(text).map((part, index) =>
    part.href ? (
      <a
        key={index}
        href={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="text-accent-text underline underline-offset-2"
      >
        {part.text}
      </a>
    ) : (
      part.text
    ),
  );
}
