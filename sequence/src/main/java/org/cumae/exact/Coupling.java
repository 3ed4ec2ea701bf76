package org.cumae.exact;

import org.cumae.Check;
import org.cumae.distribution.Categorical;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The best that any rule can do which is shown `k` independent candidates of law `q` and must
/// answer with law `p`: how often the answer can be one of the candidates. An optimal transport
/// with cost 0 for members, a yardstick for rules that work in linear time.
///
/// @see <a href="https://arxiv.org/abs/2310.15141">Sun et al. 2023, SpecTr</a>
public final class Coupling {
    private static final int MOST_IDS = 20;
    private static final int MOST_TUPLES = 1 << 16;
    private static final double ROUNDING = 1e-15;

    private Coupling() {}

    /// By cuts: the least of `1 - q(H)^k + p(H)` over all sets `H` of ids.
    ///
    /// @param p the law of the answer, over ids `[0, size)`
    /// @param q the law of each candidate, over the same ids
    /// @param k how many candidates
    /// @throws IllegalArgumentException if there are too many ids to try all sets
    public static double optimum(Categorical p, Categorical q, int k) {
        int size = size(p, q);
        double least = 1;
        for (int set = 0; set < 1 << size; set++) {
            double qs = 0;
            double ps = 0;
            for (int id = 0; id < size; id++) {
                if ((set >> id & 1) == 1) {
                    qs += q.probability(id);
                    ps += p.probability(id);
                }
            }
            least = Math.min(least, 1 - Math.pow(qs, k) + ps);
        }
        return least;
    }

    /// By the transport itself: the greatest flow from all tuples of candidates to their members.
    ///
    /// @param p the law of the answer
    /// @param q the law of each candidate
    /// @param k how many candidates
    /// @throws IllegalArgumentException if there are too many tuples
    public static double optimumByFlow(Categorical p, Categorical q, int k) {
        int size = size(p, q);
        int tuples = (int) Math.round(Math.pow(size, k));
        Check.argument(
                tuples <= MOST_TUPLES, "there are %d tuples; at most %d", tuples, MOST_TUPLES);
        double[] supply = new double[tuples];
        int[] members = new int[tuples]; // sets of ids
        for (int tuple = 0; tuple < tuples; tuple++) {
            double mass = 1;
            int rest = tuple;
            for (int i = 0; i < k; i++) {
                mass *= q.probability(rest % size);
                members[tuple] |= 1 << rest % size;
                rest /= size;
            }
            supply[tuple] = mass;
        }
        double[] room = IntStream.range(0, size).mapToDouble(p::probability).toArray();
        return flow(supply, members, room);
    }

    /// Augmenting paths through tuples and ids until there is none (Ford and Fulkerson).
    private static double flow(double[] supply, int[] members, double[] room) {
        double[][] sent = new double[supply.length][room.length];
        double total = 0;
        for (int tuple = 0; tuple < supply.length; tuple++) {
            while (supply[tuple] > ROUNDING) {
                double pushed =
                        push(tuple, supply[tuple], sent, members, room, new boolean[room.length]);
                if (pushed <= ROUNDING) {
                    break;
                }
                supply[tuple] -= pushed;
                total += pushed;
            }
        }
        return total;
    }

    /// Sends up to `most` from a tuple to an id with room, moving what others send where it must.
    private static double push(
            int tuple,
            double most,
            double[][] sent,
            int[] members,
            double[] room,
            boolean[] visited) {
        for (int id = 0; id < room.length; id++) {
            if ((members[tuple] >> id & 1) == 0 || visited[id]) {
                continue;
            }
            visited[id] = true;
            double moved = Math.min(most, room[id]);
            if (moved > ROUNDING) {
                room[id] -= moved;
            } else {
                moved = reroute(id, most, sent, members, room, visited);
            }
            if (moved > ROUNDING) {
                sent[tuple][id] += moved;
                return moved;
            }
        }
        return 0;
    }

    /// Makes room at an id by sending elsewhere what another tuple has sent there.
    private static double reroute(
            int id, double most, double[][] sent, int[] members, double[] room, boolean[] visited) {
        for (int other = 0; other < sent.length; other++) {
            if (sent[other][id] > ROUNDING) {
                double moved =
                        push(other, Math.min(most, sent[other][id]), sent, members, room, visited);
                if (moved > ROUNDING) {
                    sent[other][id] -= moved;
                    return moved;
                }
            }
        }
        return 0;
    }

    private static int size(Categorical p, Categorical q) {
        int size =
                1
                        + Arrays.stream(new Categorical[] {p, q})
                                .mapToInt(Coupling::last)
                                .max()
                                .orElse(0);
        Check.argument(
                size <= MOST_IDS, "there are %d ids; at most %d can be enumerated", size, MOST_IDS);
        return size;
    }

    private static int last(Categorical law) {
        return law.id(law.size() - 1);
    }
}
