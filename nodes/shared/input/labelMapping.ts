/** The value of a resource mapper for labels: either a value for each label id, or automatic mapping by name. */
export interface LabelMapping {
	mappingMode?: string;
	value?: Record<string, unknown> | null;
}
