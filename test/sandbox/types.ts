/** Netigate's own shapes, from docs/internals/openapi.yaml, and two that only the sandbox has. */
import type { AnswerSet } from './schemas';

export type {
	Answer,
	BackgroundDataLabel as Label,
	BackgroundDataOption as LabelOption,
	Category,
	Dispatch,
	DispatchType,
	LabelType,
	Question,
	QuestionItem,
	QuestionItemAlternative as Alternative,
	Respondent,
	SendoutLogic,
	Survey,
	User,
} from './schemas';

/** An answer set without its answers. */
export type AnswerSetHead = Omit<AnswerSet, 'Answers'>;

/** A message and its sender, which the API accepts and never returns. */
export interface MessageText {
	sender: string;
	subject: string;
	message: string;
}
