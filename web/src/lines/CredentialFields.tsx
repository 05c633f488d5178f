import { useTranslation } from "react-i18next";

import type { LineProviderField } from "@/api/types";
import { TextField } from "@/ui/Field";

type Props = {
  fields: LineProviderField[];
  errors: Readonly<Record<string, string>>;
  values?: Record<string, string> | undefined;
  /** Those that are left empty stay as they are. */
  optional?: boolean;
};

/** What a provider wants to know, in its own words, with where to find it. Secrets are not shown as they are typed. */
export function CredentialFields({ fields, errors, values, optional = false }: Props) {
  const { t } = useTranslation();
  return fields.map(({ name, label, help, example, secret, required }) => (
    <TextField
      key={name}
      label={required || optional ? label : t("lines.fields.optional", { label })}
      hint={help}
      name={`fields.${name}`}
      type={secret ? "password" : "text"}
      required={required && !optional}
      autoComplete={secret ? "new-password" : "off"}
      spellCheck={false}
      placeholder={example}
      defaultValue={values?.[name]}
      error={errors[`fields.${name}`]}
      className="font-normal"
    />
  ));
}
