package kvbench.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Options of one profiler, as JMH's profilers read them: {@code name=value;name=value}.
 *
 * @param words each an option with its value
 */
record ProfilerOptions(List<String> words) {
    ProfilerOptions {
        words = List.copyOf(words);
    }

    ProfilerOptions(String text) {
        this(Arrays.stream(text.split(";")).filter(word -> !word.isEmpty()).toList());
    }

    /** Whether the option was given, be it by an abbreviation. */
    boolean has(String option) {
        return words.stream().map(ProfilerOptions::nameIn).anyMatch(option::startsWith);
    }

    /** With those of {@code defaults} besides whose option was not given. */
    ProfilerOptions orElse(List<String> defaults) {
        var all = new ArrayList<>(words);
        defaults.stream().filter(word -> !has(nameIn(word))).forEach(all::add);
        return new ProfilerOptions(all);
    }

    String text() {
        return String.join(";", words);
    }

    private static String nameIn(String word) {
        return word.split("=", 2)[0];
    }
}
