package dev.elbo.data.read.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Kinds of files that people have ratings in and that are not read as text, told by their first
 * bytes.
 */
public enum KnownFile {
  PARQUET("a Parquet file", pandas("read_parquet"), "PAR1"),
  EXCEL("an Excel workbook", pandas("read_excel"), "\u00d0\u00cf\u0011\u00e0"),
  SQLITE(
      "an SQLite database",
      "sqlite3 -header -csv {} 'SELECT * FROM ratings' > ratings.csv",
      "SQLite format 3\0"),
  NUMPY_ARCHIVE(
      "a NumPy or SciPy .npz archive",
      "python3 -c \"import numpy, scipy.sparse as s; m = s.load_npz('{}').tocoo();"
          + " numpy.savetxt('ratings.txt', numpy.c_[m.row, m.col, m.data], '%d %d %g')\"",
      ""),
  NUMPY(
      "a NumPy array",
      "python3 -c \"import numpy; numpy.savetxt('ratings.txt', numpy.load('{}'), '%.10g')\"",
      "\u0093NUMPY"),
  HDF5("an HDF5 file", pandas("read_hdf"), "\u0089HDF\r\n"),
  MATLAB(
      "a MATLAB file",
      "python3 -c \"import numpy, scipy.io as s; m = s.loadmat('{}');"
          + " numpy.savetxt('ratings.txt', m['ratings'], '%.10g')\"",
      "MATLAB "),
  R("an R data file", "Rscript -e \"write.csv(readRDS('{}'), 'ratings.csv')\"", "RDX", "X\n\0\0"),
  PICKLE("a pickled Python object", pandas("read_pickle"), "\u0080"),
  ARROW("an Arrow or Feather file", pandas("read_feather"), "ARROW1", "FEA1"),
  ORC("an ORC file", pandas("read_orc"), "ORC"),
  AVRO(
      "an Avro file",
      "python3 -c \"import fastavro, pandas; pandas.DataFrame(fastavro.reader(open('{}',"
          + " 'rb'))).to_csv('ratings.csv', index=False)\"",
      "Obj\u0001"),
  BZIP2("a file compressed with bzip2", "bzip2 -dk {}", "BZh"),
  XZ("a file compressed with xz", "xz -dk {}", "\u00fd7zXZ\0"),
  ZSTANDARD("a file compressed with zstd", "zstd -d {}", "(\u00b5/\u00fd"),
  LZ4("a file compressed with lz4", "lz4 -d {}", "\u0004\"M\u0018"),
  COMPRESS("a file compressed with compress", "uncompress -k {}", "\u001f\u009d"),
  GZIP("a file compressed with gzip twice", "gzip -dk {}", "\u001f\u008b"),
  ZIP("a zip archive", "unzip {}", "PK\u0003\u0004", "PK\u0005\u0006"),
  SEVEN_ZIP("a 7z archive", "7z x {}", "7z\u00bc\u00af'\u001c"),
  RAR("a RAR archive", "unrar x {}", "Rar!\u001a"),
  TAR("a tar archive", "tar -xf {}", ""),
  UTF_16(
      "UTF-16 text", "iconv -f UTF-16 -t UTF-8 {} > ratings.csv", "\u00ff\u00fe", "\u00fe\u00ff");

  /** How many bytes of a file decide. */
  static final int START = 512;

  private static final int TAR_MAGIC = 257;

  private final String words;
  private final String conversion;
  private final String magic;
  private final String otherMagic;

  /**
   * @param words what it is
   * @param conversion the command that makes text of it; {} is the file
   * @param magic what it begins with, a byte a character; empty if that does not tell
   */
  KnownFile(String words, String conversion, String magic) {
    this(words, conversion, magic, "");
  }

  /**
   * @param otherMagic what it may begin with, too
   */
  KnownFile(String words, String conversion, String magic, String otherMagic) {
    this.words = words;
    this.conversion = conversion;
    this.magic = magic;
    this.otherMagic = otherMagic;
  }

  private static String pandas(String reader) {
    return "python3 -c \"import pandas; pandas.%s('{}').to_csv('ratings.csv', index=False)\""
        .formatted(reader);
  }

  /**
   * What a file is.
   *
   * @param start its first {@link #START} bytes, or all it has
   */
  static Optional<KnownFile> of(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("ustar", TAR_MAGIC)) {
      return Optional.of(TAR);
    }
    return text.chars().allMatch(KnownFile::isAscii)
        ? Optional.empty()
        : Arrays.stream(values()).filter(kind -> kind.begins(text)).findFirst();
  }

  private static boolean isAscii(int c) {
    return (c >= ' ' && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
  }

  private boolean begins(String text) {
    return (!magic.isEmpty() && text.startsWith(magic))
        || (!otherMagic.isEmpty() && text.startsWith(otherMagic));
  }

  /** What is said of a file of this kind, where another was expected. */
  public String message(Path file) {
    return "expected text, found %s; %s"
        .formatted(
            words,
            Files.isRegularFile(file)
                ? "convert it with: " + conversion.replace("{}", file.toString())
                : "write it to a file and give that");
  }
}
