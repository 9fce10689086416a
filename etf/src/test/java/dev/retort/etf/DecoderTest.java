package dev.retort.etf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.LocalTerm;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class DecoderTest {
  private static final Atom NODE = Atom.of("a@b");
  private static final String A_AT_B = "77 03 61 40 62";

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static Object decode(String hex) {
    return Etf.decode(hex("83" + hex));
  }

  @Test
  void integersAreLongWhileTheyFit() {
    assertThat(decode("61 ff")).isEqualTo(255L);
    assertThat(decode("62 ff ff ff ff")).isEqualTo(-1L);
    assertThat(decode("6e 08 00 ff ff ff ff ff ff ff 7f")).isEqualTo(Long.MAX_VALUE);
    assertThat(decode("6e 08 01 00 00 00 00 00 00 00 80")).isEqualTo(Long.MIN_VALUE);
    assertThat(decode("6e 08 00 00 00 00 00 00 00 00 80")).isEqualTo(BigInteger.TWO.pow(63));
    assertThat(decode("6e 01 01 05")).as("not in the shortest form").isEqualTo(-5L);
    assertThat(decode("6f 00 00 00 01 00 07")).isEqualTo(7L);
    assertThat(decode("6e 00 00")).isEqualTo(0L);
  }

  @Test
  void floatsComeInBothForms() {
    assertThat(decode("46 3f f8 00 00 00 00 00 00")).isEqualTo(1.5);
    var text = HexFormat.of().formatHex("1.50000000000000000000e+00".getBytes(US_ASCII));
    assertThat(decode("63" + text + "00".repeat(5))).isEqualTo(1.5);
  }

  @Test
  void floatsThatAreNotNumbersAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> decode("46 7f f0 00 00 00 00 00 00"));
    assertThatIllegalArgumentException().isThrownBy(() -> decode("46 7f f8 00 00 00 00 00 00"));
    for (var text : List.of("NaN", "0x1p3", "1d", "1e999", "")) {
      var hex = HexFormat.of().formatHex(text.getBytes(US_ASCII));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decode("63" + hex + "00".repeat(31 - text.length())))
          .withMessageContaining("tag 99");
    }
  }

  @Test
  void atomsComeInFiveForms() {
    assertThat(decode("77 02 6f 6b")).isEqualTo(Atom.OK);
    assertThat(decode("76 00 02 c3 a9")).isEqualTo(Atom.of("é"));
    assertThat(decode("73 01 e9")).isEqualTo(Atom.of("é"));
    assertThat(decode("64 00 01 e9")).isEqualTo(Atom.of("é"));
    AtomCache cache = List.of(Atom.of("first"), Atom.of("second"))::get;
    var options = new Decoder.Options(Identities.PLAIN, Limits.DEFAULT, cache, false);
    assertThat(new Decoder(hex("52 01"), 0, 2, options).read()).isEqualTo(Atom.of("second"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(hex("52 02"), 0, 2, options).read())
        .withMessageContaining("distribution header");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("52 00"))
        .withMessageContaining("no atom cache");
  }

  @Test
  void theTruthValuesAreBooleansAndNilIsAnAtom() {
    assertThat(decode("77 04 74 72 75 65")).isEqualTo(true);
    assertThat(decode("77 05 66 61 6c 73 65")).isEqualTo(false);
    assertThat(decode("77 03 6e 69 6c")).isEqualTo(Atom.NIL);
  }

  @Test
  void tooLongOrBrokenAtomsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> decode("76 01 00" + "61".repeat(256)));
    assertThatIllegalArgumentException().isThrownBy(() -> decode("77 01 c3"));
  }

  @Test
  void binariesAreStringsWhereTheyAreText() {
    assertThat(decode("6d 00 00 00 02 c3 a9")).isEqualTo("é");
    assertThat(decode("6d 00 00 00 01 c3")).isEqualTo(Binary.of((byte) 0xc3));
    assertThat(decode("6d 00 00 00 03 ef bf bd")).as("U+FFFD itself").isEqualTo("\uFFFD");
    assertThat(decode("6d 00 00 00 03 ed a0 80")).as("a surrogate").isInstanceOf(Binary.class);
    assertThat(decode("4d 00 00 00 02 03 01 e0"))
        .isEqualTo(Bitstring.of(new byte[] {1, (byte) 0xe0}, 11));
    assertThat(decode("4d 00 00 00 01 08 61")).isEqualTo("a");
    assertThatIllegalArgumentException().isThrownBy(() -> decode("4d 00 00 00 01 09 61"));
  }

  @Test
  void listsComeInTheirForms() {
    assertThat(decode("6a")).isEqualTo(List.of());
    assertThat(decode("6b 00 02 01 ff")).isEqualTo(List.of(1L, 255L));
    assertThat(decode("6c 00 00 00 02 61 01 61 02 6a")).isEqualTo(List.of(1L, 2L));
    assertThat(decode("6c 00 00 00 01 61 01 61 02")).isEqualTo(ImproperList.of(List.of(1L), 2L));
    assertThat(decode("6c 00 00 00 01 61 01 6b 00 01 02")).isEqualTo(List.of(1L, 2L));
    assertThat(decode("6c 00 00 00 01 61 01 6c 00 00 00 01 61 02 61 03"))
        .isEqualTo(ImproperList.of(List.of(1L, 2L), 3L));
    assertThat(decode("6c 00 00 00 00 61 07")).as("a tail alone").isEqualTo(7L);
  }

  @Test
  void tuplesAndMapsKeepTheirOrder() {
    assertThat(decode("68 00")).isEqualTo(Tuple.of());
    assertThat(decode("69 00 00 00 01 61 01")).isEqualTo(Tuple.of(1L));
    assertThat(decode("74 00 00 00 00")).isEqualTo(Map.of());
    var map = (Map<?, ?>) decode("74 00 00 00 02 61 09 61 01 61 02 61 03");
    assertThat(map.keySet().stream().map(Object::toString)).containsExactly("9", "2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("74 00 00 00 02 61 09 61 01 61 09 61 03"))
        .withMessageContaining("duplicate");
  }

  @Test
  void identifiersComeInOldAndNewForms() {
    var pid = Pid.of(NODE, 1, 2, 3);
    assertThat(decode("67" + A_AT_B + "00000001 00000002 03")).isEqualTo(pid);
    assertThat(decode("58" + A_AT_B + "00000001 00000002 00000003")).isEqualTo(pid);
    assertThat(decode("65" + A_AT_B + "00000007 01")).isEqualTo(Ref.of(NODE, 1, 7));
    assertThat(decode("72 0002" + A_AT_B + "01 00000007 00000008"))
        .isEqualTo(Ref.of(NODE, 1, 7, 8));
    assertThat(decode("5a 0003" + A_AT_B + "00000001 00000007 00000008 ffffffff"))
        .isEqualTo(Ref.of(NODE, 1, 7, 8, -1));
    assertThat(decode("66" + A_AT_B + "00000007 01")).isEqualTo(Port.of(NODE, 7, 1));
    assertThat(decode("59" + A_AT_B + "00000007 00000001")).isEqualTo(Port.of(NODE, 7, 1));
    assertThat(decode("78" + A_AT_B + "0000000100000000 00000001"))
        .isEqualTo(Port.of(NODE, 1L << 32, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("5a 0006" + A_AT_B + "00000001" + "00000007".repeat(6)))
        .withMessageContaining("1 to 5 words");
  }

  @Test
  void identitiesMakeThePidsAndReferences() {
    var asked = new java.util.ArrayList<Object>();
    var identities =
        new Identities() {
          @Override
          public Pid pid(Atom node, int id, int serial, int creation) {
            asked.add(node);
            return Identities.PLAIN.pid(node, id, serial, creation);
          }

          @Override
          public Ref ref(Atom node, int creation, int[] words) {
            asked.add(words.length);
            return Identities.PLAIN.ref(node, creation, words);
          }
        };
    var bytes = Etf.encode(List.of(Pid.of(NODE, 1, 2, 3), Ref.of(NODE, 1, 2, 3)));
    new Decoder(
            bytes, 0, bytes.length, new Decoder.Options(identities, Limits.DEFAULT, null, false))
        .read();
    assertThat(asked).containsExactly(NODE, 2);
  }

  @Test
  void funsCanBeSentBackAsTheyCame() {
    var export = "71 77 05 6c 69 73 74 73 77 03 6d 61 70 61 02";
    assertThat(decode(export)).isEqualTo(new Fun.Export(Atom.of("lists"), Atom.of("map"), 2));
    var body =
        "01"
            + "ab".repeat(16)
            + "00000005 00000002 77 01 6d 61 05 62 00 ff ff ff"
            + "58"
            + A_AT_B
            + "00000001 00000002 00000003"
            + "61 09 6b 00 01 01";
    int size = 4 + hex(body).length;
    var closure = "70" + HexFormat.of().toHexDigits(size) + body;
    var fun = (Fun.Closure) decode(closure);
    assertThat(fun.free()).isEqualTo(List.of(9L, List.of(1L)));
    assertThat(fun.arity()).isEqualTo(1);
    assertThat(Etf.encode(fun)).isEqualTo(hex("83" + closure));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("70" + HexFormat.of().toHexDigits(size + 1) + body))
        .withMessageContaining("bytes, it has");
  }

  @Test
  void localTermsAreKeptAsTheyAre() {
    var term = decode("79 de ad be ef 61 01");
    assertThat(term).isInstanceOf(LocalTerm.class);
    assertThat(Etf.encode(term)).isEqualTo(hex("83 79 de ad be ef 61 01"));
  }

  @Test
  void severalTermsAreReadOneAfterTheOther() {
    var bytes = hex("61 01 83 61 02 61 03");
    var decoder = new Decoder(bytes, 0, bytes.length, Decoder.Options.DEFAULT);
    assertThat(List.of(decoder.read(), decoder.read())).isEqualTo(List.of(1L, 2L));
    assertThat(decoder.position()).isEqualTo(5);
    assertThat(decoder.read()).isEqualTo(3L);
    assertThatIllegalArgumentException()
        .isThrownBy(decoder::read)
        .withMessageContaining("the bytes end at 7");
  }

  @Test
  void bytesBehindATermAreIgnoredAsInErlang() {
    assertThat(decode("61 01 02 03")).isEqualTo(1L);
  }

  @Test
  void whatIsMalformedIsNamedWithItsPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("68 02 61 01 c8"))
        .withMessage(
            "malformed term at byte 5, tag 200: expected a tag of the external term format");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("6d 00 00 00 05 61"))
        .withMessage("malformed term at byte 1, tag 109: expected 5 bytes, but only 1 are left");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(new byte[] {1, 2}))
        .withMessageContaining("version byte 131");
    assertThatIllegalArgumentException().isThrownBy(() -> Etf.decode(new byte[0]));
  }

  @Test
  void countsAreNotBelievedBeforeTheirBytesAreThere() {
    for (var head : List.of("69", "6c", "74", "6d", "6f")) {
      assertThatIllegalArgumentException().isThrownBy(() -> decode(head + "ff ff ff ff 00 61 01"));
    }
  }

  @Test
  void nestedCountsShareTheBytesThatAreLeft() {
    // Each list announces as many elements as there are bytes: quadratic, if each were believed.
    int levels = 5_000;
    var bytes = new byte[1 + 5 * levels + 100_000];
    bytes[0] = (byte) 131;
    for (int i = 0; i < levels; i++) {
      bytes[1 + 5 * i] = 108;
      bytes[1 + 5 * i + 3] = (byte) (100_000 >> 8);
      bytes[1 + 5 * i + 2] = 1;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(bytes))
        .withMessageContaining("bytes are left for them");
  }

  @Test
  void deepTermsAreReadUpToTheLimit() {
    assertThat(Etf.decode(nested(10_000))).isInstanceOf(List.class);
    assertThat(Etf.encode(Etf.decode(nested(10_000)))).isEqualTo(nested(10_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(nested(10_001)))
        .withMessageContaining("limit of 10000 levels");
    assertThatIllegalArgumentException().isThrownBy(() -> Etf.decode(nested(1_000_000)));
  }

  private static byte[] nested(int levels) {
    var encoder = new Encoder();
    encoder.writeVersion();
    for (int i = 0; i < levels; i++) {
      encoder.u8(ExtTag.LIST_EXT);
      encoder.u32(1);
    }
    encoder.u8(ExtTag.NIL_EXT);
    for (int i = 0; i < levels; i++) {
      encoder.u8(ExtTag.NIL_EXT);
    }
    return encoder.toByteArray();
  }

  @Test
  void deepKeysAreRefusedSinceHashingThemIsRecursive() {
    var encoder = new Encoder();
    encoder.u8(ExtTag.MAP_EXT);
    encoder.u32(1);
    for (int i = 0; i < 9_000; i++) {
      encoder.u8(ExtTag.SMALL_TUPLE_EXT);
      encoder.u8(1);
    }
    encoder.u8(ExtTag.NIL_EXT);
    encoder.u8(ExtTag.NIL_EXT);
    var bytes = encoder.toByteArray();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(bytes, 0, bytes.length, Decoder.Options.DEFAULT).read())
        .withMessageContaining("simple keys");
  }

  @Test
  void limitsBoundElementsAndBytes() {
    var bytes = Etf.encode(Tuple.of(1, List.of(2, "x"), 3));
    var elements = new Decoder.Options(Identities.PLAIN, new Limits(10, 5, 1000), null, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(bytes, 0, bytes.length, elements).read())
        .withMessageContaining("limit of 5 elements");
    var size = new Decoder.Options(Identities.PLAIN, new Limits(10, 50, 10), null, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(bytes, 0, bytes.length, size).read())
        .withMessageContaining("the limit is 10");
  }

  @Test
  void aLargeBinaryIsAPartOfTheMessageWhereItMayBe() {
    var binary = new byte[100_000];
    binary[50_000] = -1;
    var bytes = Etf.encode(Binary.of(binary));
    var term = Binary.of(binary);
    for (boolean message : new boolean[] {true, false}) {
      var options = new Decoder.Options(Identities.PLAIN, Limits.DEFAULT, null, message);
      var read = (Binary) new Decoder(bytes, 0, bytes.length, options).read();
      assertThat(read).isEqualTo(term);
      bytes[bytes.length - 1] ^= 1;
      assertThat(read.equals(term)).isEqualTo(!message);
      bytes[bytes.length - 1] ^= 1;
    }
  }

  @Test
  void compressedTermsAreRead() {
    assertThat(Etf.decode(compressed(Etf.encode("a".repeat(1000)), 0))).isEqualTo("a".repeat(1000));
  }

  @Test
  void compressedTermsAreRefusedWhereThereAreNone() {
    var bytes = compressed(Etf.encode("a".repeat(1000)), 0);
    var message = new Decoder.Options(Identities.PLAIN, Limits.DEFAULT, null, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decoder(bytes, 0, bytes.length, message).read())
        .withMessageContaining("between nodes none is compressed");
  }

  @Test
  void compressedTermsAreBelievedOnlyAsFarAsTheyGo() {
    var term = Etf.encode("a".repeat(1000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(compressed(term, -1)))
        .withMessageContaining("there are more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(compressed(term, 1)))
        .withMessageContaining("after decompression");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.decode(compressed(term, Integer.MAX_VALUE - 2000)))
        .withMessageContaining("the limit is");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decode("50 00 00 00 05 01 02 03"))
        .withMessageContaining("zlib");
  }

  private static byte[] compressed(byte[] term, int lie) {
    var out = new ByteArrayOutputStream();
    int size = term.length - 1 + lie;
    out.writeBytes(
        new byte[] {
          (byte) 131, 80, (byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size
        });
    var deflater = new Deflater();
    deflater.setInput(term, 1, term.length - 1);
    deflater.finish();
    var buffer = new byte[4096];
    out.write(buffer, 0, deflater.deflate(buffer));
    deflater.end();
    return out.toByteArray();
  }
}
