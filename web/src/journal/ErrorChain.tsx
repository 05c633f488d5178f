import { useTranslation } from "react-i18next";

/** What caused an error, from the outside in; the last one is where it began. */
export function ErrorChain({ causes }: { causes: readonly string[] }) {
  const { t } = useTranslation();
  if (causes.length === 0) return null;
  return (
    <details open className="mt-1">
      <summary className="w-fit rounded-sm text-meta font-medium text-ink-soft hover:text-ink">
        {t("failures.causes", { count: causes.length })}
      </summary>
      <ol className="mt-1 border-s-2 ps-3 text-list">
        {causes.map((cause, index) => (
          <li key={index} className="py-0.5 wrap-anywhere">
            {cause}
          </li>
        ))}
      </ol>
    </details>
  );
}
