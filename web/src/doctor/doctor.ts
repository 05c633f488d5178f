/** What the doctor finds: asked for by a click, since it asks everybody. */
import { useMutation } from "@tanstack/react-query";

import { api, call } from "@/api/client";

export const useDoctor = () => useMutation({ mutationFn: () => call(api.POST("/api/doctor")) });
