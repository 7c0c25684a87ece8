const { dest, src } = require('gulp');

/** Copies the files that tsc ignores to dist: icons, codex files and output schemas. */
function assets() {
	return src(['{nodes,credentials}/**/*.{svg,png,json}'], { encoding: false }).pipe(dest('dist'));
}

exports.assets = assets;
exports.default = assets;
