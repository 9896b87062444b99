package kvbench.report;

import kvbench.document.Document;
import kvbench.document.JsonPage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the words of a report mean, those that it uses. */
final class Words {
    private static final Map<String, String> MEANINGS = meanings();

    private Words() {}

    private static Map<String, String> meanings() {
        var words = new LinkedHashMap<String, String>();
        words.put("pp", "pp N: a prefill, the N tokens of a prompt in one pass");
        words.put("tg", "tg: decode steps, a token each; @ d N: with N tokens in the cache");
        words.put(
                "converse", "converse: a whole conversation, prompts and answers of all its turns");
        words.put("generate", "generate: one answer to one prompt");
        words.put("KV peak", "KV peak: the most bytes of cache alive at once");
        words.put("KV held", "KV held: bytes of cache held after a step");
        words.put("TTFT", "TTFT: time to the first token of an answer");
        words.put("TPOT", "TPOT: time per output token after the first, a mean of an answer");
        words.put("ITL", "ITL: inter-token latency, the gap before each token but the first");
        words.put(
                "fork(?:s)?",
                "fork: a process of its own that measures an arm; what is compared are forks");
        words.put("exact", "exact: claims to give the tokens of no cache, each of them");
        words.put("lossy", "lossy: makes no such claim, since it forgets or rounds");
        words.put("arena", "arena: the memory pool of ONNX Runtime");
        words.put("rss", "rss: memory of the process, as the kernel counts it");
        words.put(
                "notebook",
                "notebook: the Python notebook that this suite descends from, and its way of"
                        + " computing");
        return words;
    }

    /** A sentence on each word that {@code document} uses. */
    static List<String> of(Document document) {
        String text = JsonPage.full(document);
        return MEANINGS.entrySet().stream()
                .filter(word -> Pattern.compile("\\b" + word.getKey() + "\\b").matcher(text).find())
                .map(Map.Entry::getValue)
                .toList();
    }
}
