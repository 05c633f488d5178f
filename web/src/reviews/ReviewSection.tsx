import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Review } from "@/api/types";
import { displayName } from "@/lib/names";
import { mayWrite, useInstallation, useUser } from "@/session/session";
import { Rows } from "@/settings/Rows";
import { Section } from "@/ui/Section";
import { RelativeTime } from "@/ui/Time";

import { DecisionButtons } from "./DecisionButtons";
import { reviewsQuery } from "./reviews";

/** All texts that may mean "stop" and wait for somebody who reads them. */
export function ReviewSection() {
  const { t } = useTranslation();
  const reviews = useQuery(reviewsQuery);
  return (
    <Section title={t("reviews.title")} text={t("reviews.text")}>
      <Rows query={reviews} label={t("reviews.title")} empty={t("reviews.none")}>
        {(review) => <ReviewRow review={review} />}
      </Rows>
    </Section>
  );
}

function ReviewRow({ review }: { review: Review }) {
  const { default_country } = useInstallation();
  const writes = mayWrite(useUser());
  const { name, address, text, at, conversation_id } = review;
  return (
    <>
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-baseline gap-2">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: conversation_id }}
            className="min-w-0 truncate rounded-sm font-medium hover:underline"
          >
            {displayName({ name: name ?? null, phone: address }, default_country)}
          </Link>
          <span className="shrink-0 text-meta text-ink-soft">
            <RelativeTime at={at} />
          </span>
        </p>
        <q dir="auto" className="line-clamp-3 user-text text-list text-ink-soft">
          {text}
        </q>
      </div>
      {writes && <DecisionButtons review={review} />}
    </>
  );
}
