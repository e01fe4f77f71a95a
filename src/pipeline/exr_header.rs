//! The attributes of an OpenEXR header in the order of their names, as OpenEXR's own library writes them. The `exr` crate writes
//! those it does not know in the order of a hash table, which differs from run to run.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

/// Magic number and version.
const BEFORE: u64 = 8;

/// Sorts the attributes of a file of one part. Its length, and with it every offset, stays what it was.
pub fn sort_attributes(file: &mut (impl Read + Write + Seek)) -> io::Result<()> {
    file.seek(SeekFrom::Start(BEFORE))?;
    let mut attributes = attributes(&mut BufReader::new(&mut *file))?;
    attributes.sort();
    file.seek(SeekFrom::Start(BEFORE))?;
    file.write_all(&attributes.concat())?;
    file.seek(SeekFrom::End(0))?;
    Ok(())
}

/// Each whole: name, type, length and value. A name ends with a zero, and so does the list.
fn attributes(header: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut all = vec![];
    loop {
        let mut one = vec![];
        if header.read_until(0, &mut one)? <= 1 {
            return Ok(all);
        }
        header.read_until(0, &mut one)?;
        let mut length = [0; 4];
        header.read_exact(&mut length)?;
        one.extend(length);
        header.take(u32::from_le_bytes(length).into()).read_to_end(&mut one)?;
        all.push(one);
    }
}
