const { dest, src } = require('gulp');

/** Copies what tsc leaves behind into dist: icons, codex files and the output schemas. */
function assets() {
	return src(['{nodes,credentials}/**/*.{svg,png,json}'], { encoding: false }).pipe(dest('dist'));
}

exports.assets = assets;
exports.default = assets;
