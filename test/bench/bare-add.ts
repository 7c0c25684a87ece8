import { addAll, type Bare } from './bare';

/** What adding people to a sendout takes at least: the respondents. */
export const bareAdd: Bare = (post, parameters) => {
	const id = (name: string) => (parameters[name] as { value: string }).value;
	const { value } = parameters.backgroundData as { value: Record<string, string> };
	const path = `/surveys/${id('surveyId')}/sendouts/${id('sendoutId')}`;
	return async (people) => await addAll(post, path, Object.keys(value)[0], people);
};
