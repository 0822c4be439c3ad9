//! Who acts, what they may do and where (ARCHITECTURE "The way of a request": two scopes).

use crate::domain::refusal::Refusal;
use crate::text_enum;

text_enum! {
    /// What a person is here for. One role each.
    Role {
        Admin => "admin",
        Manager => "manager",
        Clerk => "clerk",
        Engineer => "engineer",
        Technician => "technician",
        Customer => "customer",
    }
}

text_enum! {
    /// A kind of act. Rights are granted by role in [`Role::may`], and by depot where the act touches one.
    Permission {
        /// Create users, tokens for others, company settings.
        ManageUsers => "manage_users",
        /// Depots, parts, customers, vendors, plans, contracts, calendar.
        ManageSetup => "manage_setup",
        /// Read depots, parts, customers, vendors, plans, contracts, calendar.
        ReadSetup => "read_setup",
        /// Imports and exports of spreadsheets.
        ImportData => "import_data",
        /// Book movements in a depot.
        MoveStock => "move_stock",
        /// Reverse a movement, write off, change title: needs more than a clerk.
        CorrectStock => "correct_stock",
        /// Read stock, units, movements.
        ReadStock => "read_stock",
        /// Hold a spare for somebody.
        Reserve => "reserve",
        /// Register an RMA.
        RequestRma => "request_rma",
        /// Say yes or no to an RMA, decide an exchange, void, waive, hold the clock.
        DecideRma => "decide_rma",
        /// Receive, ship and hand over for an RMA.
        HandleRma => "handle_rma",
        /// Diagnose, repair and test.
        Repair => "repair",
        /// Say what was done at the customer's: on site, running again, explained.
        ServeCase => "serve_case",
        /// Confirm that the repaired unit came back.
        ConfirmReturn => "confirm_return",
        /// Read RMAs and promises.
        ReadRma => "read_rma",
        /// Read figures.
        ReadFigures => "read_figures",
        /// Read and retry notices.
        ManageNotices => "manage_notices",
        /// Read the audit trail.
        ReadAudit => "read_audit",
    }
}

impl Role {
    /// The rights of a role, before any depot is looked at.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Role::Admin => true,
            Role::Manager => !matches!(permission, P::ManageUsers),
            Role::Clerk => matches!(
                permission,
                P::ReadSetup
                    | P::MoveStock
                    | P::ReadStock
                    | P::Reserve
                    | P::RequestRma
                    | P::HandleRma
                    | P::ServeCase
                    | P::ConfirmReturn
                    | P::ReadRma
                    | P::ReadFigures
            ),
            Role::Engineer => {
                matches!(
                    permission,
                    P::ReadSetup
                        | P::ReadStock
                        | P::Reserve
                        | P::RequestRma
                        | P::ServeCase
                        | P::ConfirmReturn
                        | P::ReadRma
                        | P::ReadFigures
                )
            }
            Role::Technician => {
                matches!(
                    permission,
                    P::ReadSetup | P::ReadStock | P::Repair | P::ServeCase | P::ReadRma | P::ReadFigures
                )
            }
            Role::Customer => {
                matches!(permission, P::RequestRma | P::ConfirmReturn | P::ReadRma | P::ReadFigures)
            }
        }
    }

    /// Whether the role works in depots given to it one by one (others act in all of them, or in none).
    #[must_use]
    pub fn is_bound_to_depots(self) -> bool {
        matches!(self, Role::Clerk | Role::Technician)
    }
}

/// Which rows a reader may see. Customers see their organisations; staff see everything, or only their depots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// Rows of the depots given to this user.
    Depots {
        /// The user whose depots count.
        user_id: i64,
    },
    /// Rows of the customers this user belongs to.
    Customers {
        /// The user whose customers count.
        user_id: i64,
    },
}

/// A depot as a rule sees it: identity and the code people call it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepotRef {
    /// Row id.
    pub id: i64,
    /// Code, e.g. `JN`.
    pub code: String,
}

/// Somebody who asks for something: a signed-in user, or the system itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Row id of the user.
    pub user_id: i64,
    /// Sign-in name.
    pub username: String,
    /// Role.
    pub role: Role,
    /// Depots given to the user, for roles bound to depots.
    pub depots: Vec<DepotRef>,
    /// Customers the user belongs to (role customer).
    pub customer_ids: Vec<i64>,
    /// Whether a staff member reads only the own depots.
    pub reads_own_only: bool,
    /// The only rights there are when the actor came with an API token that carries fewer than its owner has.
    pub only: Option<Vec<Permission>>,
}

impl Actor {
    /// The program itself, under a name for the audit trail (`cli`, `jobs`): no user row, every right.
    #[must_use]
    pub fn system(name: &str) -> Actor {
        Actor {
            user_id: 0,
            username: name.to_owned(),
            role: Role::Admin,
            depots: vec![],
            customer_ids: vec![],
            reads_own_only: false,
            only: None,
        }
    }

    /// Row id of the user; none for the program itself.
    #[must_use]
    pub fn id(&self) -> Option<i64> {
        (self.user_id != 0).then_some(self.user_id)
    }

    /// May this actor do `permission` at all? Refuses with `forbidden`.
    pub fn may(&self, permission: Permission) -> Result<(), Refusal> {
        let carried = self.only.as_ref().is_none_or(|only| only.contains(&permission));
        if carried && self.role.may(permission) {
            Ok(())
        } else {
            Err(Refusal::Forbidden { permission: permission.to_string() })
        }
    }

    /// May this actor do `permission` in `depot`? Refuses with `forbidden` or `not_your_depot`.
    pub fn may_in(&self, permission: Permission, depot: &DepotRef) -> Result<(), Refusal> {
        self.may(permission)?;
        if !self.role.is_bound_to_depots() || self.depots.iter().any(|own| own.id == depot.id) {
            return Ok(());
        }
        Err(Refusal::NotYourDepot { depot: depot.code.clone() })
    }

    /// What this actor may read.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Customer => Scope::Customers { user_id: self.user_id },
            _ if self.reads_own_only => Scope::Depots { user_id: self.user_id },
            _ => Scope::All,
        }
    }

    /// Whether rows of this customer are the actor's to know.
    #[must_use]
    pub fn sees_customer(&self, customer_id: i64) -> bool {
        self.role != Role::Customer || self.customer_ids.contains(&customer_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clerk_of(depot: &DepotRef) -> Actor {
        Actor {
            user_id: 1,
            username: "li".into(),
            role: Role::Clerk,
            depots: vec![depot.clone()],
            customer_ids: vec![],
            reads_own_only: false,
            only: None,
        }
    }

    #[test]
    fn a_token_never_carries_more_than_its_owner_has() {
        let jn = DepotRef { id: 1, code: "JN".into() };
        let only = Some(vec![Permission::ReadStock, Permission::ManageUsers]);
        let program = Actor { only, ..clerk_of(&jn) };
        assert_eq!(program.may(Permission::ReadStock), Ok(()));
        assert!(program.may_in(Permission::MoveStock, &jn).is_err(), "the owner may, the token may not");
        assert!(program.may(Permission::ManageUsers).is_err(), "the token says so, the owner may not");
    }

    #[test]
    fn a_clerk_writes_only_in_the_depots_given() {
        let jn = DepotRef { id: 1, code: "JN".into() };
        let dz = DepotRef { id: 2, code: "DZ".into() };
        let clerk = clerk_of(&jn);
        assert_eq!(clerk.may_in(Permission::MoveStock, &jn), Ok(()));
        assert_eq!(
            clerk.may_in(Permission::MoveStock, &dz),
            Err(Refusal::NotYourDepot { depot: "DZ".into() })
        );
        assert!(matches!(clerk.may_in(Permission::ManageUsers, &jn), Err(Refusal::Forbidden { .. })));
    }

    #[test]
    fn a_customer_never_touches_stock() {
        for permission in
            [Permission::MoveStock, Permission::ReadStock, Permission::DecideRma, Permission::Repair]
        {
            assert!(!Role::Customer.may(permission), "{permission}");
        }
    }
}
