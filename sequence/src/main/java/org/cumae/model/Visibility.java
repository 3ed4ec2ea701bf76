package org.cumae.model;

import org.cumae.Check;

import java.util.BitSet;
import java.util.List;

/// Which rows a query's rows may look at.
///
/// Columns count the context's cached rows first, `[0, cached)`, then the query's own rows. All
/// rules but [Given] see every cached row. A model with a sliding window narrows what a rule
/// allows; it never widens it.
public sealed interface Visibility {
    /// Row `i` sees rows `[0, i]`: the ordinary next-token rule.
    Visibility CAUSAL = new Causal();

    /// Every row sees every row: a denoising block.
    Visibility FULL = new Full();

    /// Whether a row may look at a column.
    ///
    /// @param row the looking row of the query, from 0
    /// @param column the column looked at: `[0, cached)` cached, `cached + j` row `j` of the query
    /// @param cached how many rows the context holds
    boolean sees(int row, int column, int cached);

    /// Refuses a rule that does not fit a query.
    ///
    /// @param rows how many rows the query feeds
    /// @param cached how many rows the context holds
    /// @throws IllegalArgumentException naming both sizes
    default void check(int rows, int cached) {}

    /// The ordinary rule, see [#CAUSAL].
    record Causal() implements Visibility {
        @Override
        public boolean sees(int row, int column, int cached) {
            return column <= cached + row;
        }
    }

    /// No rule among the query's rows, see [#FULL].
    record Full() implements Visibility {
        @Override
        public boolean sees(int row, int column, int cached) {
            return true;
        }
    }

    /// A row sees itself and its ancestors: a draft tree, or parallel queries that must not see
    /// each other.
    ///
    /// @param parents `[rows]`, parent of each row, smaller than the row; -1 for a root
    record Tree(List<Integer> parents) implements Visibility {
        /// Copies the parents.
        ///
        /// @throws IllegalArgumentException if a parent does not come before its child
        public Tree {
            parents = List.copyOf(parents);
            for (int i = 0; i < parents.size(); i++) {
                Check.argument(
                        parents.get(i) >= -1 && parents.get(i) < i,
                        "row %d has parent %d; a parent must come before its child, or be -1",
                        i,
                        parents.get(i));
            }
        }

        @Override
        public boolean sees(int row, int column, int cached) {
            if (column < cached) {
                return true;
            }
            int ancestor = row;
            while (ancestor > column - cached) {
                ancestor = parents.get(ancestor);
            }
            return ancestor == column - cached;
        }

        @Override
        public void check(int rows, int cached) {
            Check.argument(
                    parents.size() == rows,
                    "the tree has %d nodes and the query %d rows; they must be equal",
                    parents.size(),
                    rows);
        }
    }

    /// A row sees the rows of its own and of lower ranks: scales, rings, bands, cells.
    ///
    /// @param ranks `[rows]`
    record Ranks(List<Integer> ranks) implements Visibility {
        /// Copies the ranks.
        public Ranks {
            ranks = List.copyOf(ranks);
        }

        @Override
        public boolean sees(int row, int column, int cached) {
            return column < cached || ranks.get(column - cached) <= ranks.get(row);
        }

        @Override
        public void check(int rows, int cached) {
            Check.argument(
                    ranks.size() == rows,
                    "there are %d ranks and %d rows in the query; they must be equal",
                    ranks.size(),
                    rows);
        }
    }

    /// Content and questions of an order: a content row tells a variable's value, and a question
    /// asks for one. Content sees content of its own and of lower ranks, a question sees content of
    /// lower ranks and itself, and nothing else sees a question. Variables of rank 0 know each
    /// other in both directions; each of higher ranks knows those before it.
    ///
    /// The two streams of a network that is asked in any order are these two kinds of rows, of one
    /// network: a question never sees its own variable's content, whoever else does.
    ///
    /// @param ranks `[rows]`
    /// @param questions the rows that ask
    /// @see <a href="https://arxiv.org/abs/1906.08237">Yang et al. 2019, XLNet</a>
    record TwoStream(List<Integer> ranks, BitSet questions) implements Visibility {
        /// Copies the ranks and the set.
        public TwoStream {
            ranks = List.copyOf(ranks);
            questions = (BitSet) questions.clone();
        }

        /// A copy.
        @Override
        public BitSet questions() {
            return (BitSet) questions.clone();
        }

        /// The rule among the first so many rows.
        public TwoStream first(int rows) {
            return new TwoStream(ranks.subList(0, rows), questions.get(0, rows));
        }

        @Override
        public boolean sees(int row, int column, int cached) {
            int other = column - cached;
            if (other < 0 || other == row) {
                return true;
            }
            if (questions.get(other)) {
                return false;
            }
            int rank = ranks.get(row);
            return questions.get(row) ? ranks.get(other) < rank : ranks.get(other) <= rank;
        }

        @Override
        public void check(int rows, int cached) {
            Check.argument(
                    ranks.size() == rows && questions.length() <= rows,
                    "there are %d ranks, the last question is row %d, and the query has %d rows",
                    ranks.size(),
                    questions.length() - 1,
                    rows);
        }
    }

    /// Any rule at all, spelled out; the only one that may hide cached rows.
    ///
    /// @param columns `[rows]`, for each row the columns that it sees
    record Given(List<BitSet> columns) implements Visibility {
        /// Copies the sets.
        public Given {
            columns = columns.stream().map(set -> (BitSet) set.clone()).toList();
        }

        @Override
        public boolean sees(int row, int column, int cached) {
            return columns.get(row).get(column);
        }

        @Override
        public void check(int rows, int cached) {
            Check.argument(
                    columns.size() == rows,
                    "the mask has %d rows and the query %d; they must be equal",
                    columns.size(),
                    rows);
            for (int i = 0; i < rows; i++) {
                BitSet row = columns.get(i);
                Check.argument(
                        row.length() <= cached + rows,
                        "row %d of the mask names column %d; there are %d cached and %d own columns",
                        i,
                        row.length() - 1,
                        cached,
                        rows);
                Check.argument(
                        !row.isEmpty(), "row %d of the mask sees nothing, not even itself", i);
            }
        }
    }
}
