import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/ui/Button";
import { fieldClass } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";

import { newVariable, type VariableDraft } from "./form";
import { formats } from "./syntax";

type Props = { variables: VariableDraft[]; onChange: (variables: VariableDraft[]) => void };

const columns = ["name", "default", "format", "example"] as const;

/** What changes from message to message, as a table; on a phone each variable is a small block. */
export function VariableFields({ variables, onChange }: Props) {
  const { t } = useTranslation();
  const formatList = useId();
  const set = (key: string, column: (typeof columns)[number], value: string): void =>
    onChange(variables.map((old) => (old.key === key ? { ...old, [column]: value } : old)));
  return (
    <section aria-label={t("templates.variables")}>
      <h3 className="text-list font-medium">{t("templates.variables")}</h3>
      <p className="mt-0.5 mb-2 text-meta text-ink-soft">{t("templates.variablesText")}</p>
      <datalist id={formatList}>
        {formats.map((format) => (
          <option key={format} value={format} />
        ))}
      </datalist>
      {variables.length > 0 && (
        <table className="block w-full text-list two:table">
          <thead className="sr-only two:not-sr-only">
            <tr className="text-start text-meta text-ink-soft">
              {columns.map((column) => (
                <th key={column} scope="col" className="pe-2 pb-1 text-start font-medium">
                  {t(`templates.columns.${column}`)}
                </th>
              ))}
              <th aria-hidden />
            </tr>
          </thead>
          <tbody className="block two:table-row-group">
            {variables.map((variable, index) => (
              <tr
                key={variable.key}
                className="grid grid-cols-2 gap-2 border-t py-2 two:table-row two:border-t-0 two:py-0"
              >
                {columns.map((column) => (
                  <td key={column} className="two:pe-2 two:pb-2">
                    <span aria-hidden className="mb-0.5 block text-meta text-ink-soft two:hidden">
                      {t(`templates.columns.${column}`)}
                    </span>
                    <input
                      aria-label={t("templates.cell", {
                        column: t(`templates.columns.${column}`),
                        variable: variable.name || index + 1,
                      })}
                      value={variable[column]}
                      {...(column === "format" && { list: formatList })}
                      autoComplete="off"
                      onChange={(event) => set(variable.key, column, event.target.value)}
                      className={fieldClass}
                    />
                  </td>
                ))}
                <td className="col-span-2 text-end two:w-8 two:pb-2">
                  <IconButton
                    icon={Trash2}
                    label={t("templates.removeVariable", { name: variable.name || index + 1 })}
                    onClick={() => onChange(variables.filter(({ key }) => key !== variable.key))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Button onClick={() => onChange([...variables, newVariable()])}>
        <Plus aria-hidden className="size-4" />
        {t("templates.addVariable")}
      </Button>
    </section>
  );
}
