import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";

import { Dialog } from "@/ui/Dialog";

import { shortcutGroups, shortcuts, shortcutsIn } from "./catalogue";
import { Keys } from "./Keys";
import { useShortcut } from "./useShortcut";

/** The list of all shortcuts, opened by `?`. */
export function ShortcutsDialog() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useShortcut("help", () => setOpen(true));
  return (
    <Dialog open={open} onOpenChange={setOpen} title={t("keyboard.title")} description={t("keyboard.hint")}>
      <div className="grid gap-5">
        {shortcutGroups.map((group) => (
          <section key={group} aria-label={t(`keyboard.groups.${group}`)}>
            <h3 className="mb-1 text-meta font-medium text-ink-soft">{t(`keyboard.groups.${group}`)}</h3>
            <dl>
              {shortcutsIn(group).map((id) => (
                <div
                  key={id}
                  className="flex min-h-8 items-center justify-between gap-4 border-t border-hairline"
                >
                  <dt className="text-list">{t(`keyboard.actions.${id}`)}</dt>
                  <dd className="flex items-center gap-2">
                    {shortcuts[id].keys.map((keys, index) => (
                      <Fragment key={keys}>
                        {index > 0 && <span className="text-meta text-ink-faint">{t("keyboard.or")}</span>}
                        <Keys keys={keys} />
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
