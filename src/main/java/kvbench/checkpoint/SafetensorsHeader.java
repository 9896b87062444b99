package kvbench.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The header of a safetensors file: what it says of itself and where each tensor lies.
 *
 * <p>Read as a stream: a header may have 100 MB, and a tree of it would take many times that.
 *
 * @param metadata the {@code __metadata__} map
 * @param entries the tensors by name
 */
record SafetensorsHeader(Map<String, String> metadata, SequencedMap<String, Entry> entries) {
    static final String METADATA = "__metadata__";

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    SafetensorsHeader {
        metadata = Collections.unmodifiableMap(metadata);
        entries = Collections.unmodifiableSequencedMap(entries);
    }

    /**
     * One tensor.
     *
     * @param type empty where this suite does not know {@code dtype}
     * @param begin offset of its first byte in the data
     * @param end offset behind its last byte in the data
     */
    record Entry(
            String dtype, Optional<ElementType> type, List<Long> shape, long begin, long end) {}

    /**
     * Reads a header and checks that its tensors cover {@code dataBytes} bytes exactly.
     *
     * @param source the file's name, for messages
     * @param header the header's bytes
     * @param dataBytes length of what follows the header
     */
    static SafetensorsHeader parse(String source, byte[] header, long dataBytes) {
        if (header.length == 0 || header[0] != '{') {
            throw broken(source, "a header that begins with {", "another beginning");
        }
        var text =
                new InputStreamReader(
                        new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            SafetensorsHeader parsed = new Reader(source, parser).header();
            requireExactCover(source, parsed.entries(), header.length, dataBytes);
            return parsed;
        } catch (CharacterCodingException e) {
            throw broken(source, "a header in UTF-8", "other bytes");
        } catch (JsonProcessingException e) {
            throw broken(
                    source,
                    "a header of JSON",
                    "text that is not (" + InputException.quote(e.getOriginalMessage()) + ")");
        } catch (IOException e) {
            throw broken(source, "a header of JSON", e.toString());
        }
    }

    static InputException broken(String source, String expected, String found) {
        return InputException.unusable(
                "%s: expected %s, found %s. Get the file again."
                        .formatted(source, expected, found));
    }

    static InputException truncated(String source, long expectedBytes, long foundBytes) {
        return InputException.unusable(
                "%s: expected %d bytes, found %d: %d are missing. Get the file again."
                        .formatted(source, expectedBytes, foundBytes, expectedBytes - foundBytes));
    }

    private static void requireExactCover(
            String source, Map<String, Entry> entries, long headerBytes, long dataBytes) {
        var byPosition = new ArrayList<>(entries.entrySet());
        byPosition.sort(
                Map.Entry.comparingByValue(
                        Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)));
        long covered = 0;
        for (Map.Entry<String, Entry> tensor : byPosition) {
            long begin = tensor.getValue().begin();
            if (begin != covered) {
                throw broken(
                        source + ": tensor " + InputException.quote(tensor.getKey()),
                        "data from byte " + covered + " on, where the tensor before it ends",
                        begin + (begin < covered ? ", an overlap" : ", a hole"));
            }
            covered = tensor.getValue().end();
        }
        if (covered > dataBytes) {
            long beforeData = SafetensorsFile.LENGTH_BYTES + headerBytes;
            throw truncated(source, beforeData + covered, beforeData + dataBytes);
        }
        if (covered < dataBytes) {
            throw broken(
                    source,
                    covered + " bytes of data, where the last tensor ends",
                    dataBytes + " bytes");
        }
    }

    /** Goes through the header once, naming the file and the tensor in each complaint. */
    private static final class Reader {
        private final String source;
        private final JsonParser parser;
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

        Reader(String source, JsonParser parser) {
            this.source = source;
            this.parser = parser;
        }

        SafetensorsHeader header() throws IOException {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    readMetadata();
                } else {
                    entries.put(name, entry(source + ": tensor " + InputException.quote(name)));
                }
            }
            if (parser.nextToken() != null) {
                throw broken(source, "a header of one JSON object", "more text behind it");
            }
            return new SafetensorsHeader(metadata, entries);
        }

        private void readMetadata() throws IOException {
            require(JsonToken.START_OBJECT, source, METADATA + " to be an object of strings");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                require(
                        JsonToken.VALUE_STRING,
                        source,
                        METADATA + " to hold a string as " + InputException.quote(key));
                metadata.put(key, parser.getText());
            }
        }

        private Entry entry(String where) throws IOException {
            require(JsonToken.START_OBJECT, where, "an object with dtype, shape and data_offsets");
            var dtype = Optional.<String>empty();
            var shape = Optional.<List<Long>>empty();
            var offsets = Optional.<List<Long>>empty();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "dtype" -> {
                        require(JsonToken.VALUE_STRING, where, "dtype to be a string");
                        dtype = Optional.of(parser.getText());
                    }
                    case "shape" -> shape = Optional.of(counts(where, field));
                    case "data_offsets" -> offsets = Optional.of(counts(where, field));
                    default -> parser.skipChildren();
                }
            }
            return entry(
                    where,
                    dtype.orElseThrow(() -> broken(where, "dtype", "none")),
                    shape.orElseThrow(() -> broken(where, "shape", "none")),
                    offsets.orElseThrow(() -> broken(where, "data_offsets", "none")));
        }

        private static Entry entry(
                String where, String dtype, List<Long> shape, List<Long> offsets) {
            if (offsets.size() != 2 || offsets.getFirst() > offsets.getLast()) {
                throw broken(
                        where,
                        "data_offsets to be [begin, end] with begin <= end",
                        InputException.quote(offsets.toString()));
            }
            long begin = offsets.getFirst();
            long end = offsets.getLast();
            Optional<ElementType> type = ElementType.ofSafetensors(dtype);
            if (type.isPresent()) {
                long bytes = bytes(where, type.get(), shape);
                if (end - begin != bytes) {
                    throw broken(
                            where,
                            "data_offsets %d bytes apart for %s %s"
                                    .formatted(
                                            bytes, dtype, InputException.quote(shape.toString())),
                            end - begin + " bytes");
                }
            }
            return new Entry(dtype, type, shape, begin, end);
        }

        private static long bytes(String where, ElementType type, List<Long> shape) {
            try {
                long bytes = type.bytes();
                for (long size : shape) {
                    bytes = Math.multiplyExact(bytes, size);
                }
                return bytes;
            } catch (ArithmeticException e) {
                throw broken(
                        where,
                        "a shape whose bytes can be counted",
                        InputException.quote(shape.toString()));
            }
        }

        /** An array of whole numbers, none negative. */
        private List<Long> counts(String where, String field) throws IOException {
            String expected =
                    field + " to be an array of whole numbers from 0 to " + Long.MAX_VALUE;
            require(JsonToken.START_ARRAY, where, expected);
            var counts = new ArrayList<Long>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(JsonToken.VALUE_NUMBER_INT, where, expected);
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        || parser.getLongValue() < 0) {
                    throw broken(where, expected, InputException.quote(parser.getText()));
                }
                counts.add(parser.getLongValue());
            }
            return List.copyOf(counts);
        }

        private void require(JsonToken token, String where, String expected) throws IOException {
            if (parser.currentToken() != token) {
                throw broken(
                        where, expected, InputException.quote(String.valueOf(parser.getText())));
            }
        }
    }
}
