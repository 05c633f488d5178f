import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Node, Queue } from "@/api/types";
import { between, duration } from "@/lib/duration";
import { exactTime } from "@/lib/time";
import { mayManageTeam, useUser } from "@/session/session";
import { Section } from "@/ui/Section";

/** Who does the work, and what of the carriers' webhooks is still to be read. */
export function Machinery({ queue }: { queue: Queue | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-x-12 two:grid-cols-2">
      <Section title={t("operations.nodes")} text={t("operations.nodesText")}>
        {queue ? (
          <ul aria-label={t("operations.nodes")} className="border-t">
            {queue.nodes.map((node) => (
              <NodeRow key={node.name} node={node} at={queue.at} />
            ))}
          </ul>
        ) : (
          <div className="h-14 skeleton" />
        )}
      </Section>
      <Section title={t("operations.webhooks")} text={t("operations.webhooksText")}>
        {queue ? <Webhooks queue={queue} /> : <div className="h-14 skeleton" />}
      </Section>
    </div>
  );
}

function NodeRow({ node: { name, alive, heartbeat_at, started_at }, at }: { node: Node; at: string }) {
  const { t } = useTranslation();
  const age = duration(between(heartbeat_at, at));
  return (
    <li className="flex min-h-14 items-start gap-3 border-b py-2">
      {alive ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
      ) : (
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        <p className={alive ? "text-list text-ink-soft" : "text-list text-danger"}>
          <time dateTime={heartbeat_at} title={exactTime(heartbeat_at)} className="tabular">
            {t(alive ? "operations.alive" : "operations.silent", { age })}
          </time>
        </p>
      </div>
      <p className="shrink-0 text-meta text-ink-soft">
        <time dateTime={started_at} title={exactTime(started_at)} className="tabular">
          {t("operations.runningFor", { time: duration(between(started_at, at)) })}
        </time>
      </p>
    </li>
  );
}

function Webhooks({ queue: { webhooks, at } }: { queue: Queue }) {
  const { t } = useTranslation();
  const { waiting, oldest_at, stuck } = webhooks;
  const admin = mayManageTeam(useUser());
  return (
    <dl className="border-t text-list">
      <div className={webhookRow}>
        <dt>{t("operations.unread")}</dt>
        <dd className="text-end tabular">
          {waiting.toLocaleString()}
          {oldest_at && (
            <span className="text-ink-soft">
              , {t("operations.oldest", { age: duration(between(oldest_at, at)) })}
            </span>
          )}
        </dd>
      </div>
      <div className={webhookRow}>
        <dt>{t("operations.stuck")}</dt>
        <dd className="text-end tabular">{stuck.toLocaleString()}</dd>
        {stuck > 0 && (
          <dd className="w-full text-meta text-warning">
            {t("operations.stuckText")} {admin && <ToFailed />}
          </dd>
        )}
      </div>
    </dl>
  );
}

function ToFailed() {
  const { t } = useTranslation();
  return (
    <Link
      to="/operations/webhooks"
      search={{ state: "failed" }}
      className="rounded-sm underline underline-offset-2"
    >
      {t("operations.toStuck")}
    </Link>
  );
}

const webhookRow = "flex flex-wrap items-baseline justify-between gap-x-4 border-b py-2";
