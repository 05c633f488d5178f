import { useTranslation } from "react-i18next";

type Props = {
  value: string;
  /** Addresses of the business, and what each is called. */
  choices: { address: string; name: string }[];
  onChoose: (address: string) => void;
};

/** Whom to write to, where the business has several addresses. */
export function PhoneTo({ value, choices, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <label className="flex items-center gap-1 px-2 pb-1 text-meta text-ink-soft">
      {t("phone.to")}
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className="min-h-6 flex-1 rounded-sm bg-transparent font-medium text-ink"
      >
        {choices.map(({ address, name }) => (
          <option key={address} value={address}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
