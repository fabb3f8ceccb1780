#!/usr/bin/env bash
# Tells what a study says: in the summary of the run, and in one comment below the pull request,
# which is replaced by the next run. The storage is $OPTUNA_STORAGE; the report is left beside.
set -euo pipefail
export LC_ALL=C.UTF-8
mark='<!-- optuna-guide: report -->'
name=(${STUDY_NAME:+"--study-name=$STUDY_NAME"})

text=$(optuna-guide export ${name[@]+"${name[@]}"} -f markdown)
optuna-guide report ${name[@]+"${name[@]}"} -o optuna-guide-report.html
echo "$text" >>"$GITHUB_STEP_SUMMARY"
[ -n "${PULL_REQUEST:-}" ] || exit 0

comments="repos/$GITHUB_REPOSITORY/issues"
first="[.[] | select(.body | startswith(\"$mark\")) | .id][0] // empty"
old=$(gh api --paginate "$comments/$PULL_REQUEST/comments" --jq "$first" | head -n 1)
body="$mark"$'\n\n'"${text:0:60000}" # GitHub takes 65,536 letters
if [ -n "$old" ]; then
  gh api -X PATCH "$comments/comments/$old" -f "body=$body" >/dev/null
else
  gh api -X POST "$comments/$PULL_REQUEST/comments" -f "body=$body" >/dev/null
fi
