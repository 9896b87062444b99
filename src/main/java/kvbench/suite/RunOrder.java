package kvbench.suite;

import kvbench.matrix.Cell;
import kvbench.store.ForkRun;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * In which order the forks of a matrix are run: in blocks, so that a machine that drifts (heat,
 * neighbours, a background job) hits all arms alike.
 *
 * <p>A block holds one fork of each arm of one comparison, in random order: what is compared lies
 * side by side in time. Blocks of all comparisons, in random order, make a pass; there are as many
 * passes as forks. It is a randomised complete block design with the comparison as the block.
 */
final class RunOrder {
    private RunOrder() {}

    /**
     * Every fork of the cells, once.
     *
     * @param cells the whole matrix
     * @param chosen indices of those that are run
     * @param seed what the order is drawn from
     */
    static List<ForkRun> of(List<Cell> cells, List<Integer> chosen, long seed) {
        // Unlike java.util.Random, it makes of neighbouring seeds sequences that have nothing in
        // common.
        var random = new SplittableRandom(seed);
        var blocks = new LinkedHashMap<Map<String, String>, List<Integer>>();
        for (int index : chosen) {
            blocks.computeIfAbsent(cells.get(index).comparison(), key -> new ArrayList<>())
                    .add(index);
        }
        int passes = chosen.stream().mapToInt(i -> cells.get(i).schedule().forks()).max().orElse(0);
        var order = new ArrayList<ForkRun>();
        for (int fork = 1; fork <= passes; fork++) {
            var pass = new ArrayList<>(blocks.values());
            Collections.shuffle(pass, random);
            for (List<Integer> block : pass) {
                var arms = new ArrayList<>(block);
                Collections.shuffle(arms, random);
                for (int index : arms) {
                    if (fork <= cells.get(index).schedule().forks()) {
                        order.add(new ForkRun(index, fork));
                    }
                }
            }
        }
        return order;
    }
}
