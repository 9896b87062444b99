package kvbench.matrix;

import kvbench.model.InputException;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a matrix, for spreading it over machines: every {@code count}-th comparison.
 *
 * <p>The arms of a comparison, which differ in their strategy only, stay together: a difference
 * between two machines must not look like one between two strategies.
 *
 * @param number which part, from 1
 * @param count into how many the matrix is parted
 */
public record Shard(int number, int count) {
    /** All of it. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})/([1-9]\\d{0,5})");

    /** The shard that a user calls {@code K/N}. */
    public static Shard parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            var shard = new Shard(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
            if (shard.number <= shard.count) {
                return shard;
            }
        }
        throw InputException.wrongUse(
                "--shard: expected K/N with K from 1 to N, such as 2/8, found \"%s\"."
                        .formatted(text));
    }

    /** Indices of the cells that belong to this part. */
    public List<Integer> of(List<Cell> cells) {
        var comparisons = new LinkedHashSet<Map<String, String>>();
        cells.forEach(cell -> comparisons.add(cell.comparison()));
        var order = List.copyOf(comparisons);
        var mine = new ArrayList<Integer>();
        for (int i = 0; i < cells.size(); i++) {
            if (order.indexOf(cells.get(i).comparison()) % count == number - 1) {
                mine.add(i);
            }
        }
        return mine;
    }

    @Override
    public String toString() {
        return number + "/" + count;
    }
}
