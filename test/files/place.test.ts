/** Data folders as machines of all kinds describe them: on a disk, on a network, in a synchronised folder. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FolderFacts, placeOf } from '../../app/files/index.ts';

type Case = [what: string, facts: Partial<FolderFacts> & { path: string }, expected: string];

/** Lines of /proc/self/mountinfo as such machines have them. */
const linux = `
24 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
25 24 0:23 / /dev/shm rw,nosuid,nodev shared:2 - tmpfs tmpfs rw
40 24 0:45 / /mnt/nas rw,relatime shared:3 - nfs4 nas:/export rw,vers=4.2
41 24 0:46 / /mnt/win\\040share rw,relatime shared:4 - cifs //server/line rw
42 24 0:47 / /people/ola/remote rw,nosuid shared:5 - fuse.sshfs ola@host:/ rw
43 24 0:48 / /mnt/c rw,noatime shared:6 - 9p C:\\134 rw,aname=drvfs
44 24 0:49 / /media/sf_share rw shared:7 - vboxsf share rw
45 24 0:50 / /run/user/1000/gvfs rw shared:8 - fuse.gvfsd-fuse gvfsd-fuse rw
46 24 253:1 / /srv rw,relatime shared:9 - xfs /dev/mapper/srv rw
47 46 0:51 / /srv/nas rw shared:10 - nfs nas:/v3 rw,vers=3
48 47 8:17 / /srv/nas/disk rw shared:11 - ext4 /dev/sdb1 rw
49 24 0:52 / /mnt/gd rw shared:12 - fuse.rclone gd: rw
50 24 8:33 / /mnt/ntfs rw shared:13 - fuseblk /dev/sdc1 rw
51 24 0:53 / /mnt/over rw shared:14 - overlay overlay rw
`;
const mac = `
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//ola@server/line on /Volumes/line 2 (smbfs, nodev, nosuid, mounted by ola)
nas:/export on /Volumes/nas (nfs, nodev, nosuid)
https://dav.example/ on /Volumes/dav (webdav, nodev, noexec, nosuid)
/dev/disk4s1 on /Volumes/Stick (apfs, local, nodev, nosuid)
`;

const cases: Case[] = [
  ['the usual folder', { path: '/people/ola/.local/share/birthmark/station', mounts: linux }, 'local'],
  ['a disk of its own', { path: '/srv/birthmark', mounts: linux }, 'local'],
  ['memory', { path: '/dev/shm/x', mounts: linux }, 'local'],
  ['NTFS on a disk', { path: '/mnt/ntfs/x', mounts: linux }, 'local'],
  ['a container', { path: '/mnt/over/x', mounts: linux }, 'local'],
  ['NFS 4', { path: '/mnt/nas/station', mounts: linux }, 'network nfs4 /mnt/nas'],
  ['the mount itself', { path: '/mnt/nas', mounts: linux }, 'network nfs4 /mnt/nas'],
  ['a name that only begins like a mount', { path: '/mnt/nas2/station', mounts: linux }, 'local'],
  ['NFS 3 below a disk', { path: '/srv/nas/x', mounts: linux }, 'network nfs /srv/nas'],
  ['a disk below NFS', { path: '/srv/nas/disk/x', mounts: linux }, 'local'],
  ['a Windows share with a blank', { path: '/mnt/win share/x', mounts: linux }, 'network cifs /mnt/win share'],
  ['sshfs', { path: '/people/ola/remote/x', mounts: linux }, 'network fuse.sshfs /people/ola/remote'],
  ['WSL, on the disk of Windows', { path: '/mnt/c/Users/ola', mounts: linux }, 'network 9p /mnt/c'],
  ['a share of VirtualBox', { path: '/media/sf_share/x', mounts: linux }, 'network vboxsf /media/sf_share'],
  [
    'a place of GNOME',
    { path: '/run/user/1000/gvfs/smb-share', mounts: linux },
    'network fuse.gvfsd-fuse /run/user/1000/gvfs',
  ],
  ['rclone', { path: '/mnt/gd/x', mounts: linux }, 'network fuse.rclone /mnt/gd'],
  ['nothing known of mounts', { path: '/mnt/nas/x', mounts: '' }, 'local'],

  [
    'macOS, the usual folder',
    { platform: 'darwin', path: '/System/Volumes/Data/Users/ola/Library/Application Support/Birthmark', mounts: mac },
    'local',
  ],
  ['macOS, a stick', { platform: 'darwin', path: '/Volumes/Stick/x', mounts: mac }, 'local'],
  ['macOS, SMB', { platform: 'darwin', path: '/Volumes/line 2/x', mounts: mac }, 'network smbfs /Volumes/line 2'],
  ['macOS, NFS', { platform: 'darwin', path: '/Volumes/nas/x', mounts: mac }, 'network nfs /Volumes/nas'],
  ['macOS, WebDAV', { platform: 'darwin', path: '/Volumes/dav/x', mounts: mac }, 'network webdav /Volumes/dav'],
  [
    'macOS, iCloud',
    {
      platform: 'darwin',
      path: '/System/Volumes/Data/Users/o/Library/Mobile Documents/com~apple~CloudDocs/b',
      mounts: mac,
    },
    'synchronised iCloud',
  ],
  [
    'macOS, OneDrive',
    { platform: 'darwin', path: '/System/Volumes/Data/Users/o/Library/CloudStorage/OneDrive-Works/b', mounts: mac },
    'synchronised OneDrive',
  ],
  [
    'macOS, Google',
    {
      platform: 'darwin',
      path: '/System/Volumes/Data/Users/o/Library/CloudStorage/GoogleDrive-o@x.example/b',
      mounts: mac,
    },
    'synchronised Google Drive',
  ],

  [
    'Windows, the usual folder',
    { platform: 'win32', path: 'C:\\Users\\ola\\AppData\\Local\\Birthmark\\station' },
    'local',
  ],
  ['Windows, a share', { platform: 'win32', path: '\\\\server\\line\\birthmark' }, 'network SMB \\\\server\\line'],
  [
    'Windows, a share by its long name',
    { platform: 'win32', path: '\\\\?\\UNC\\server\\line\\b' },
    'network SMB \\\\server\\line',
  ],
  [
    'Windows, WSL’s disk',
    { platform: 'win32', path: '\\\\wsl.localhost\\Debian\\home' },
    'network SMB \\\\wsl.localhost\\Debian',
  ],
  ['Windows, a long name', { platform: 'win32', path: '\\\\?\\C:\\Birthmark' }, 'local'],
  ['Windows, a volume without a letter', { platform: 'win32', path: '\\\\?\\Volume{1b3}\\x' }, 'local'],
  ['Windows, OneDrive', { platform: 'win32', path: 'C:\\Users\\ola\\OneDrive\\Birthmark' }, 'synchronised OneDrive'],
  [
    'Windows, OneDrive of a company',
    { platform: 'win32', path: 'C:\\Users\\ola\\OneDrive - Works Ltd\\b' },
    'synchronised OneDrive',
  ],
  ['Windows, Dropbox of a company', { platform: 'win32', path: 'D:\\Dropbox (Works)\\b' }, 'synchronised Dropbox'],
  ['Windows, iCloud', { platform: 'win32', path: 'C:\\Users\\ola\\iCloudDrive\\b' }, 'synchronised iCloud'],
  ['Windows, Google', { platform: 'win32', path: 'G:\\My Drive\\b' }, 'synchronised Google Drive'],

  [
    'Dropbox, moved',
    { path: '/data/box/b', mounts: linux, marks: ['/data/box/.dropbox.cache'] },
    'synchronised Dropbox',
  ],
  ['Nextcloud', { path: '/people/ola/Nextcloud/b', mounts: linux }, 'synchronised Nextcloud'],
  [
    'Nextcloud, moved',
    { path: '/data/b', mounts: linux, marks: ['/data/.sync_0a1b2c3d4e5f.db'] },
    'synchronised Nextcloud',
  ],
  ['Syncthing', { path: '/data/b', mounts: linux, marks: ['/data/.stfolder'] }, 'synchronised Syncthing'],
  [
    'a folder that is only called alike',
    { path: '/people/ola/dropboxes/onedriver/b', mounts: linux, marks: ['/people/ola/.bashrc'] },
    'local',
  ],
  ['a share that is synchronised, too', { path: '/mnt/nas/Dropbox/b', mounts: linux }, 'network nfs4 /mnt/nas'],
];

for (const [what, facts, expected] of cases)
  test(`${what}: ${expected}`, () => {
    const place = placeOf({ platform: 'linux', mounts: '', marks: [], ...facts });
    assert.equal(Object.values(place).join(' '), expected);
  });

test('property: whatever a system says, there is an answer, and a path outside every network mount is not refused', () => {
  const text = fc.string({ maxLength: 60 });
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(text),
      fc.constantFrom('linux', 'darwin', 'win32'),
      (path, mounts, marks, platform) => {
        const { kind } = placeOf({ platform: platform as NodeJS.Platform, path, mounts, marks });
        assert.ok(['local', 'network', 'synchronised'].includes(kind));
      },
    ),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,8}$/), (name) => {
      const mounts = `1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / /${name} rw - nfs4 nas:/ rw`;
      assert.equal(placeOf({ platform: 'linux', path: `/${name}`, mounts, marks: [] }).kind, 'network');
      assert.equal(placeOf({ platform: 'linux', path: `/${name}x/y`, mounts, marks: [] }).kind, 'local');
    }),
  );
});
