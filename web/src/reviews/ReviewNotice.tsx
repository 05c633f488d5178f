import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestionMark } from "lucide-react";
import { useTranslation } from "react-i18next";

import { mayWrite, useUser } from "@/session/session";
import { Banner } from "@/ui/Banner";

import { DecisionButtons } from "./DecisionButtons";
import { reviewsQuery } from "./reviews";

/** Above the composer, while somebody has to say whether a text in this conversation means "stop". */
export function ReviewNotice({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const { data } = useQuery(reviewsQuery);
  const review = data?.find(({ conversation_id }) => conversation_id === conversationId);
  if (!review || !writes) return null;
  return (
    <div role="status" className="px-3 pb-2 two:px-4">
      <Banner tone="warning" icon={MessageCircleQuestionMark} className="rounded-md">
        <p>{t("reviews.question")}</p>
        <q dir="auto" className="my-1 line-clamp-2 user-text text-ink">
          {review.text}
        </q>
        <DecisionButtons review={review} />
      </Banner>
    </div>
  );
}
