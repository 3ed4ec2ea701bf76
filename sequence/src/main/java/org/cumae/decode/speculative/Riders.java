package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.List;

/// What a drafter learns from a pass beside the laws of its draft: of rows that ride along, which
/// the target looks at and forgets, and of the draft's own rows.
///
/// Rows that ride along stand behind the draft, whose nodes never see them.
///
/// @param rows in the order in which they are fed
/// @param peeks what is wanted of the draft's own
public record Riders(List<Rider> rows, List<Peek> peeks) {
    /// Nothing rides along.
    public static final Riders NONE = new Riders(List.of(), List.of());

    /// Rows that ride along, and no peeks.
    public static Riders of(List<Rider> rows) {
        return new Riders(rows, List.of());
    }

    /// A row.
    ///
    /// @param id what is fed, a mask as a rule
    /// @param parent the row that it follows and sees, with all that one sees: [DraftTree#ROOT], a
    ///   node, or `size of the tree + i` for rider `i` before it
    /// @param want what is wanted of it, as of row 0
    public record Rider(int id, int parent, Want want) {}

    /// A look at a row of the draft.
    ///
    /// @param node the node, or [DraftTree#ROOT]
    /// @param want what is wanted of it, as of row 0
    public record Peek(int node, Want want) {}

    /// Copies the lists.
    public Riders {
        rows = List.copyOf(rows);
        peeks = List.copyOf(peeks);
    }

    /// How many rows there are.
    public int size() {
        return rows.size();
    }

    /// How many findings they bring: of the rows, then of the peeks.
    int findings() {
        return rows.size() + peeks.size();
    }

    /// What is wanted of the rows, then by the peeks.
    ///
    /// @param root the row of the query at which the draft's root stands
    /// @param nodes how many nodes the draft has behind it
    List<Want> wants(int root, int nodes) {
        int first = root + 1;
        List<Want> wants = new ArrayList<>();
        for (Rider rider : rows) {
            wants.add(rider.want.shifted(first + nodes + wants.size()));
        }
        for (Peek peek : peeks) {
            wants.add(peek.want.shifted(first + peek.node));
        }
        return wants;
    }

    /// The draft and its riders as a query sees them: the root, the nodes, the riders.
    Company behind(DraftTree tree) {
        List<Integer> ids = new ArrayList<>();
        List<Integer> parents = new ArrayList<>(List.of(-1));
        List<Integer> depths = new ArrayList<>(List.of(0));
        for (int node = 0; node < tree.size(); node++) {
            ids.add(tree.token(node));
            parents.add(1 + tree.parent(node));
            depths.add(tree.depth(node));
        }
        for (Rider rider : rows) {
            int parent = 1 + rider.parent;
            Check.argument(
                    parent >= 0 && parent < parents.size(),
                    "rider %d follows row %d; a rider follows a row before it",
                    parents.size() - 1 - tree.size(),
                    rider.parent);
            ids.add(rider.id);
            parents.add(parent);
            depths.add(depths.get(parent) + 1);
        }
        return new Company(ids, parents, depths);
    }

    /// Rows behind a root, which is row 0.
    ///
    /// @param ids of all but the root
    /// @param parents `[1 + ids]`
    /// @param depths same
    record Company(List<Integer> ids, List<Integer> parents, List<Integer> depths) {
        /// Whether each row follows the one before it.
        boolean isChain() {
            for (int row = 0; row < parents.size(); row++) {
                if (parents.get(row) != row - 1) {
                    return false;
                }
            }
            return true;
        }

        /// Who sees whom.
        Visibility visibility() {
            return new Visibility.Tree(parents);
        }

        /// Where the rows stand if the root stands at a position.
        Tokens positions(int root) {
            return Tokens.of(depths.stream().mapToInt(depth -> root + depth).toArray());
        }

        /// The ids behind the root.
        int[] tokens() {
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
