from __future__ import annotations

import pytest

from lint_runtime.dockerfile.heredocs import parse_heredocs


@pytest.mark.parametrize(
    ("line", "terminators"),
    [
        pytest.param("RUN cat <<EOF", ["EOF"], id="plain"),
        pytest.param("RUN <<A <<-B", ["A", "B"], id="two"),
        pytest.param("RUN 3<<EOF", ["EOF"], id="with a file descriptor"),
        pytest.param("RUN << EOF", ["EOF"], id="white space before the word"),
        pytest.param("RUN echo $(( 1 << 4 ))", ["4"], id="a shift with spaces"),
        pytest.param("RUN echo $((1<<4))", [], id="a shift without"),
        pytest.param("RUN <<EOF;", ["EOF;"], id="a semicolon belongs to the word"),
        pytest.param("RUN echo hi # <<EOF", ["EOF"], id="in what a shell takes for a comment"),
        pytest.param("RUN <<'E F'", ["E F"], id="single quotes"),
        pytest.param('RUN <<"E"OF', ["EOF"], id="double quotes in part"),
        pytest.param(r"RUN <<E\OF", ["EOF"], id="an escape"),
        pytest.param(r'RUN <<"E\"F"', ['E"F'], id="an escaped quote in quotes"),
        pytest.param("RUN <<$X", ["$X"], id="a variable is not expanded"),
        pytest.param("RUN <<${X}", ["${X}"], id="nor is one in braces"),
        pytest.param("RUN <<${X:-a}", [], id="with a modifier it is nothing"),
        pytest.param("RUN <<A${X:-a}B", ["AB"], id="next to which the rest remains"),
        pytest.param('RUN <<"A${X-b}$Y"', ["A$Y"], id="in quotes as well"),
        pytest.param("RUN <<${X/ /}EOF", ["EOF"], id="spaces in braces do not split"),
        pytest.param("RUN ${X:-a <<EOF} <<E", ["E"], id="no heredoc starts in braces"),
        pytest.param("RUN <<<EOF", [], id="here-string"),
        pytest.param("RUN cat<<EOF", [], id="glued to a word"),
        pytest.param("RUN '<<EOF'", [], id="inside quotes"),
        pytest.param(r"RUN \<<EOF", [], id="escaped"),
        pytest.param("RUN <<", [], id="no word"),
        pytest.param("RUN <<''", [], id="an empty word"),
        pytest.param("RUN it's <<EOF", [], id="a quote that never closes hides all"),
        pytest.param('RUN "a$(b <<EOF', [], id="so does a double one"),
        pytest.param("RUN ${a[@]} <<EOF", [], id="a form that BuildKit does not know hides all"),
        pytest.param("RUN ${a:0:3} <<EOF", ["EOF"], id="one with a colon does not"),
        pytest.param("RUN ${a/b/c} ${a//b/c} <<EOF", ["EOF"], id="replacements"),
        pytest.param("RUN ${a:#b} <<EOF", [], id="colon and hash"),
        pytest.param("RUN " + "${a:-" * 99 + "}" * 99 + " <<EOF", [], id="nested too deep"),
    ],
)
def test_heredocs(line: str, terminators: list[str]) -> None:
    assert [heredoc.terminator for heredoc in parse_heredocs(line, "\\")] == terminators


def test_tabs_are_stripped_where_asked() -> None:
    assert [heredoc.strip_tabs for heredoc in parse_heredocs("RUN <<A <<-B", "\\")] == [False, True]
