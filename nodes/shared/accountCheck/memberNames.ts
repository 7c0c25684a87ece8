import { TYPES } from './contract';

/** The words in a name such as `BGDataLabelId` or `SurveyURL`. */
const wordsIn = (name: string) => name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];

/** Words that member names may be made of, besides those in documented ones. */
const MORE_WORDS =
	'Access Active Address Allow Answered Anonymous Archived Array Batch Begin Block Blocked By Changed Code Comment Company Contact Count Custom Data Default Deleted Device Display Domain Duration Enabled End Error External Extra Field Finished First Flag Folder From General Group Guid Has Hidden Html Index Invited Is Item Items Key Label Last Length Level Link List Login Logic Mail Max Member Min Mobile Mode Modified New Next Node Number Object Of On Opened Optional Options Order Original Owner Page Parent Percent Phone Position Project Public Quota Rank Reference Required Result Row Score Sent Session Share Short Size Sms Sort Source Started State Status Step String Sub System Tag Team Template Test Time Title To Token Total Translation Updated Url User Valid Value Values Version Visible Visited Xml Zone';

const WORDS = new Set(
	[
		...Object.values(TYPES).flatMap((members) => Object.keys(members).flatMap(wordsIn)),
		...Object.keys(TYPES).flatMap(wordsIn),
		...MORE_WORDS.split(' '),
	].map((word) => word.toLowerCase()),
);

/**
 * An undocumented member under a name that may be shown: its own where that is made of words of an API, else only
 * its length. Any other name may say something about a person.
 */
export function toldName(name: string): string {
	const words = wordsIn(name);
	const known = words.length > 0 && words.every((word) => WORDS.has(word.toLowerCase()));
	return known && words.join('') === name && name.length <= 40
		? name
		: `a name of ${name.length} characters`;
}
